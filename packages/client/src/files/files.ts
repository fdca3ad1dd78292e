/** Sending and fetching files (F1): over as many connections as it takes, a few at a time. */
import type { Sequence } from '@sotto/model';
import type { Link } from '../connection/link.ts';
import type { OutboxFile } from '../store.ts';
import type * as sdk from '../types.ts';
import { Fetches, type FetchingContext } from './fetching.ts';
import { Lives } from './lives.ts';
import { Sending } from './sending.ts';
import { Traffic, type TransferPush } from './traffic.ts';

export class Files {
  readonly #context: FetchingContext;
  readonly #sending: Sending;
  readonly #fetches: Fetches;
  readonly #lives = new Lives();

  constructor(context: FetchingContext) {
    this.#context = context;
    this.#sending = new Sending(context);
    this.#fetches = new Fetches(context);
  }

  heard(push: TransferPush, link: Link): void {
    Traffic.of(link, this.#context.clock).heard(push);
  }

  /** Nothing is heard on the session's connection, or something again. */
  silent(isSilent: boolean): void {
    const { present, clock } = this.#context;
    if (present.opened !== undefined) Traffic.of(present.opened.link, clock).silent(isSilent);
  }

  /** Whatever is under way rejects with this. */
  stop(reason: Error): void {
    this.#lives.endAll(reason);
  }

  /** `deliver` puts the message into the outbox. */
  async send<T>(
    source: sdk.FileSource,
    options: sdk.FileDetails & sdk.TransferOptions,
    deliver: (file: OutboxFile, text: string) => Promise<T>,
  ): Promise<T> {
    const life = this.#lives.begin(options.signal);
    try {
      return await this.#sending.send(source, options, deliver, life.signal);
    } finally {
      life.end();
    }
  }

  async fetch(
    room: sdk.RoomName,
    message: Sequence,
    options: sdk.FetchFileOptions = {},
  ): Promise<sdk.FileDownload> {
    const life = this.#lives.begin(options.signal);
    try {
      return await this.#fetches.fetch(room, message, options, life);
    } catch (error) {
      life.end();
      throw error;
    }
  }
}
