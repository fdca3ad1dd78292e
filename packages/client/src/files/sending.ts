/** Files on their way up: hashed, uploaded where they do not fit into a message, and offered once they are durable [FILES-1]. */
import { FILE_DIGEST_BYTES, isInlineSize } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Present } from '../connection/present.ts';
import type { Environment } from '../environment.ts';
import { toHex } from '../hex.ts';
import type { OutboxFile } from '../store.ts';
import type * as sdk from '../types.ts';
import { inAttempts } from './attempts.ts';
import { Meter } from './meter.ts';
import { type Contents, describedBy, toOutboxFile } from './offer.ts';
import { Source, toBlob } from './source.ts';
import { Traffic } from './traffic.ts';
import { KeyedTurns, Turns } from './turns.ts';
import { Upload } from './upload.ts';

export const UPLOADS_AT_ONCE = 4;
const NOTHING: Contents = {
  sha256: new Uint8Array(FILE_DIGEST_BYTES),
  sizeBytes: 0,
  inline: new Uint8Array(0),
};

export interface TransferContext {
  clock: Clock;
  present: Present;
  hashing: Pick<Environment, 'sha256' | 'hasher'>;
}

export class Sending {
  readonly #context: TransferContext;
  readonly #turns = new Turns(UPLOADS_AT_ONCE);
  /** Of one file there is one upload: a later one would take it over from the earlier. */
  readonly #ofDigest = new KeyedTurns();

  constructor(context: TransferContext) {
    this.#context = context;
  }

  /** `deliver` puts the message into the outbox. */
  async send<T>(
    source: sdk.FileSource,
    options: sdk.FileDetails & sdk.TransferOptions,
    deliver: (file: OutboxFile, text: string) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const details = describedBy(source, options);
    // What is wrong with these is said before anything is read or sent.
    toOutboxFile(details, NOTHING);
    const file = new Source(await toBlob(source, signal));
    const meter = new Meter(this.#context.clock, file.sizeBytes, 'hashing', options.onProgress);
    const contents = await this.#contents(file, meter, signal);
    const offer = toOutboxFile(details, contents);
    const result = await this.#offer({ file, contents, meter, signal }, () => deliver(offer, details.text));
    meter.end();
    return result;
  }

  async #contents(file: Source, meter: Meter, signal: AbortSignal): Promise<Contents> {
    const { sizeBytes } = file;
    const hasher = this.#context.hashing.hasher();
    await file.hash(hasher, (bytes) => meter.done(bytes), signal);
    const inline = isInlineSize(sizeBytes) ? await file.read(0, sizeBytes) : undefined;
    return { sha256: Uint8Array.from(hasher.digest()), sizeBytes, inline };
  }

  /** Where the message waited longer than the server keeps what nobody offers, the file goes up once more. */
  async #offer<T>(upload: Uploading, deliver: () => Promise<T>): Promise<T> {
    await this.#upload(upload);
    try {
      return await deliver();
    } catch (error) {
      if (!(error instanceof SottoError) || error.code !== ErrorCode.FILE_GONE) throw error;
    }
    await this.#upload(upload);
    return deliver();
  }

  async #upload(upload: Uploading): Promise<void> {
    const { contents, meter, signal } = upload;
    if (contents.inline === undefined) {
      meter.enter('waiting', 0);
      const digest = toHex(contents.sha256);
      await this.#ofDigest.during(digest, signal, () =>
        this.#turns.during(signal, () => this.#attempts(upload)),
      );
    }
    meter.enter('finishing');
  }

  #attempts({ file, contents, meter, signal }: Uploading): Promise<void> {
    const { clock, present, hashing } = this.#context;
    const moved = () => meter.doneBytes;
    const onWaiting = () => meter.enter('waiting');
    return inAttempts({ present, clock, signal, moved, onWaiting }, ({ link }) => {
      const traffic = Traffic.of(link, clock);
      const { sha256 } = hashing;
      return new Upload({
        traffic,
        clock,
        signal,
        sha256,
        source: file,
        digest: contents.sha256,
        meter,
      }).run();
    });
  }
}

interface Uploading {
  file: Source;
  contents: Contents;
  meter: Meter;
  signal: AbortSignal;
}
