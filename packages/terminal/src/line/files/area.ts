/** Everything about files in one run of the line client, put together. */

import type { FileRequest } from '@sotto/app/commands';
import type { Sent, SentDirect, SottoClient } from '@sotto/client';
import { Board, type ShowAbove } from '../board.ts';
import type { Context } from '../context.ts';
import type { LineIo } from '../io.ts';
import type { OwnMessages } from '../own-messages.ts';
import type { Presenter, Reply } from '../reply.ts';
import { progressRows } from '../text/progress.ts';
import { FileDesk } from './desk.ts';
import type { LocalFile, LocalFiles } from './local.ts';
import { FileSender } from './sending.ts';
import { type Transfer, type TransferState, Transfers } from './transfers.ts';

export interface FileAreaParts {
  client: SottoClient;
  context: Context;
  io: LineIo;
  presenter: Presenter;
  own: OwnMessages;
  /** Rows above the prompt; undefined in a pipe. */
  show: ShowAbove | undefined;
  /** Undefined where no files can be reached. */
  local: LocalFiles | undefined;
  /** Leaving: what is cut off says nothing. */
  signal: AbortSignal;
  strict(): boolean;
  onFailed(transfer: Transfer, error: unknown): void;
  onSent(transfer: Transfer, sent: Sent | SentDirect): void;
}

export class FileArea {
  readonly #parts: FileAreaParts;
  readonly #transfers: Transfers;
  readonly #sender: FileSender | undefined;
  readonly #desk: FileDesk;
  readonly #board: Board;

  constructor(parts: FileAreaParts) {
    this.#parts = parts;
    const { client, context, io, local, strict } = parts;
    this.#board = new Board(parts.show, {
      count: () => this.#transfers.all.length,
      rows: (columns) => progressRows(this.#transfers.all, columns),
    });
    this.#transfers = new Transfers(
      (transfer, state) => this.#tell(transfer, state),
      () => this.#board.changed(),
    );
    const transfers = this.#transfers;
    // Where somebody sits, nobody waits for messages to come back before leaving.
    const own = io.interactive ? undefined : parts.own;
    this.#sender = local && new FileSender(client, local, transfers, own);
    this.#desk = new FileDesk({ context, local, transfers, sender: this.#sender, strict });
  }

  /** Goes on with what an earlier run began. */
  async goOn(): Promise<void> {
    await this.#parts.io.print((await this.#sender?.goOn()) ?? []);
  }

  /** Undefined for what is told as a transfer. `line` counts the lines of input. */
  perform(request: FileRequest, line: number): Promise<Reply | undefined> {
    return this.#desk.perform(request, line);
  }

  /** The files that a whole line is the paths of: only where somebody can be asked whether that is meant. */
  async dropped(line: string): Promise<readonly LocalFile[]> {
    return this.#parts.io.interactive ? this.#desk.dropped(line) : [];
  }

  async whyNotDropped(line: string): Promise<string | undefined> {
    return this.#parts.io.interactive ? this.#desk.whyNotDropped(line) : undefined;
  }

  offerDropped(files: readonly LocalFile[], line: number): Promise<Reply | undefined> {
    return this.#desk.offerDropped(files, line);
  }

  /**
   * Resolves when everything on its way is there, in a pipe; who closes a terminal wants to leave, and it goes on at the
   * next start.
   */
  async settled(): Promise<void> {
    if (!this.#parts.io.interactive) await this.#transfers.settled();
  }

  /** Uploads belong to the session that ends. */
  async forget(): Promise<void> {
    for (const { number } of this.#transfers.all) this.#transfers.cancel(number);
    const { uploads } = this.#parts.local ?? {};
    for (const { clientMessageId } of uploads?.all ?? []) await uploads?.drop(clientMessageId);
  }

  /** Nothing is drawn any more. */
  stop(): void {
    this.#board.stop();
  }

  /** Never rejects: printing does not. */
  async #tell(transfer: Transfer, state: TransferState): Promise<void> {
    const { client, io, presenter, signal, onFailed, onSent } = this.#parts;
    if (state.kind === 'failed') {
      // Of the end of a session it is said once, and not of each file.
      if (signal.aborted || client.status.kind === 'stopped') return;
      onFailed(transfer, state.error);
    }
    if (state.kind === 'sent') onSent(transfer, state.sent);
    const lines = presenter.transfer(io.interactive ? { ...transfer, line: undefined } : transfer, state);
    const isOutput = state.kind !== 'failed' || presenter.failuresOn === 'output';
    await (isOutput ? io.print(lines) : io.complain(lines));
  }
}
