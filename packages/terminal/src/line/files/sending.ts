/** Sends files, and goes on with those of an earlier run. */
import { ClientClosed, ErrorCode, type SentDirect, type SottoClient, SottoError } from '@sotto/client';
import { CLIENT_MESSAGE_ID_BYTES, formatBytes } from '@sotto/model';
import type { Target } from '../command.ts';
import { targetLabel } from '../conversations.ts';
import type { OwnMessages } from '../own-messages.ts';
import { fileNameLabel } from '../text/files.ts';
import type { KeptUpload, LocalFile, LocalFiles } from './local.ts';
import type { Transfers, Work } from './transfers.ts';

export interface Upload {
  file: LocalFile;
  target: Target;
  text: string;
  /** Refused where the person is offline. */
  strict: boolean;
  line: number;
}

export class FileSender {
  readonly #client: SottoClient;
  readonly #local: LocalFiles;
  readonly #transfers: Transfers;
  readonly #own: OwnMessages | undefined;

  /** `own` where messages are waited for until they came back. */
  constructor(client: SottoClient, local: LocalFiles, transfers: Transfers, own: OwnMessages | undefined) {
    this.#client = client;
    this.#local = local;
    this.#transfers = transfers;
    this.#own = own;
  }

  /** Resolves when it is on its way, and kept until it is there. */
  async send({ file, target, text, strict, line }: Upload): Promise<void> {
    const { path, sizeBytes, modifiedMs } = file;
    const clientMessageId = crypto.getRandomValues(new Uint8Array(CLIENT_MESSAGE_ID_BYTES)).toHex();
    const kept = { path, sizeBytes, modifiedMs, target, strict, text, clientMessageId };
    await this.#local.uploads.put(kept);
    this.#start(file, kept, line);
  }

  /** Goes on with what an earlier run began. The lines say what is not gone on with, and why. */
  async goOn(): Promise<readonly string[]> {
    const dropped: string[] = [];
    for (const kept of this.#local.uploads.all) {
      const file = await this.#local.look(kept.path);
      const changed =
        file.kind === 'file' && (file.sizeBytes !== kept.sizeBytes || file.modifiedMs !== kept.modifiedMs);
      if (file.kind === 'file' && !changed) {
        this.#start(file, kept, undefined);
        continue;
      }
      await this.#local.uploads.drop(kept.clientMessageId);
      const why = file.kind === 'file' ? 'has changed since' : file.problem;
      const where = targetLabel(this.#client.rooms, kept.target);
      const name = fileNameLabel(kept.path.split(/[\\/]/).at(-1) ?? '');
      dropped.push(`* Not gone on with ${name} to ${where}: it ${why}. Send it again if you like.`);
    }
    return dropped;
  }

  #start(file: LocalFile, kept: KeptUpload, line: number | undefined): void {
    const where = targetLabel(this.#client.rooms, kept.target);
    const about = { direction: 'send', name: file.name, where, line } as const;
    this.#own?.sending(kept.clientMessageId, false);
    this.#transfers.start(about, async (options) => {
      let copies = 0;
      try {
        const result = await this.#upload(file, kept)(options);
        copies = result.kind === 'sent' ? copiesOf(result.sent) : 0;
        await this.#local.uploads.drop(kept.clientMessageId);
        return result;
      } catch (error) {
        // What is cut off by leaving, or with the session, goes on at the next start.
        const isEnd = error instanceof ClientClosed || this.#client.status.kind === 'stopped';
        const isKept = isEnd && !options.signal.aborted;
        if (!isKept) await this.#local.uploads.drop(kept.clientMessageId);
        throw error;
      } finally {
        this.#own?.settled(kept.clientMessageId, copies);
      }
    });
  }

  #upload(file: LocalFile, { target, strict, text, clientMessageId }: KeptUpload): Work {
    return async ({ signal, onProgress }) => {
      await this.#checkSize(file);
      const nobody = await this.#nobody(target);
      if (nobody !== undefined) return { kind: 'sent', sent: nobody, clientMessageId };
      signal.throwIfAborted();
      const { source, mediaType, preview } = await this.#local.open(file);
      const options = {
        name: file.name,
        mediaType,
        text,
        clientMessageId,
        signal,
        onProgress,
        ...(preview !== undefined && { preview }),
      };
      signal.throwIfAborted();
      const sent =
        target.kind === 'room'
          ? await this.#client.sendFile(target.room, source, options)
          : await this.#client.sendFileDirect(target.recipients, source, { ...options, strict });
      return { kind: 'sent', sent, clientMessageId };
    };
  }

  /** What the server would answer after all of it was sent, where none of those people is known. */
  async #nobody(target: Target): Promise<SentDirect | undefined> {
    if (target.kind !== 'people' || this.#client.status.kind !== 'online') return undefined;
    const { recipients } = target;
    const people = await this.#client.lookUp(recipients).catch(() => undefined);
    if (people === undefined || people.some((person) => person !== undefined)) return undefined;
    const unknown = { delivery: 'unknown', person: undefined, sent: undefined, error: undefined } as const;
    return { kind: 'sentDirect', outcomes: recipients.map((recipient) => ({ recipient, ...unknown })) };
  }

  /** Says at once what the server would say after all of it was read; where it cannot be asked, it says it then. */
  async #checkSize({ sizeBytes }: LocalFile): Promise<void> {
    if (this.#client.status.kind !== 'online') return;
    const usage = await this.#client.fileUsage().catch(() => undefined);
    const most = usage?.fileMaxBytes ?? Infinity;
    if (sizeBytes <= most) return;
    const detail = `${formatBytes(sizeBytes)}, at most ${formatBytes(most)}`;
    throw new SottoError(ErrorCode.FILE_TOO_LARGE, detail);
  }
}

type SentAnything = Extract<Awaited<ReturnType<Work>>, { kind: 'sent' }>['sent'];

/** The rooms it went to. */
const copiesOf = (sent: SentAnything): number =>
  sent.kind === 'sent' ? 1 : new Set(sent.outcomes.flatMap((outcome) => outcome.sent?.room ?? [])).size;
