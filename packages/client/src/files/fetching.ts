/** Files on their way down [FILES-3]. */
import { FILE_CHUNK_BYTES, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { CallContext } from '../calls/context.ts';
import type { Hasher } from '../environment.ts';
import type * as sdk from '../types.ts';
import { inAttempts } from './attempts.ts';
import { Download } from './download.ts';
import { type Found, findFile } from './finding.ts';
import type { Life } from './lives.ts';
import { Meter } from './meter.ts';
import type { TransferContext } from './sending.ts';
import { Sink } from './sink.ts';
import { Source } from './source.ts';
import { Traffic } from './traffic.ts';
import { Turns } from './turns.ts';

/** A stream that nobody reads keeps its turn. */
export const DOWNLOADS_AT_ONCE = 16;

export interface FetchingContext extends TransferContext {
  calls: CallContext;
}

/** One download, over all its connections. */
interface Fetching {
  found: Found;
  sink: Sink;
  meter: Meter;
  life: Life;
}

export class Fetches {
  readonly #context: FetchingContext;
  readonly #turns = new Turns(DOWNLOADS_AT_ONCE);

  constructor(context: FetchingContext) {
    this.#context = context;
  }

  /** Resolves once the server agreed to send, or everything is here. */
  async fetch(
    room: sdk.RoomName,
    message: Sequence,
    options: sdk.FetchFileOptions,
    life: Life,
  ): Promise<sdk.FileDownload> {
    const { clock, present, calls } = this.#context;
    const { signal } = life;
    const waiting = { present, clock, signal, moved: () => 0, onWaiting: () => {} };
    const found = await inAttempts(waiting, () => findFile(calls, room, message));
    const fetching = await this.#prepare(found, options, life);
    await this.#start(fetching);
    return { file: found.info, message: found.message, stream: fetching.sink.stream };
  }

  async #prepare(found: Found, options: sdk.FetchFileOptions, life: Life): Promise<Fetching> {
    const { clock, hashing } = this.#context;
    const { sizeBytes, sha256: digest } = found.offered;
    const { onProgress } = options;
    const have =
      typeof options.have === 'function' ? await options.have(found.info, found.message) : options.have;
    const meter = new Meter(clock, sizeBytes, have === undefined ? 'waiting' : 'hashing', onProgress);
    const hasher = hashing.hasher();
    const offset = have === undefined ? 0 : await hashHave(have, sizeBytes, hasher, meter, life.signal);
    const onCancel = (reason: unknown) => life.end(reason ?? new Error('nobody reads it'));
    const sink = new Sink({ sizeBytes, digest, hasher, offset, onCancel });
    return { found, sink, meter, life };
  }

  async #start(fetching: Fetching): Promise<void> {
    const { found, sink, meter, life } = fetching;
    if (sink.isComplete) sink.checkWhole();
    else if (found.inline !== undefined) sink.add(found.inline);
    if (!sink.isComplete) {
      await this.#begin(fetching);
      return;
    }
    sink.finish();
    meter.end();
    life.end();
  }

  /** The turn is given back when everything was received. */
  async #begin(fetching: Fetching): Promise<void> {
    const { sink, meter, life } = fetching;
    const giveBack = await this.#turns.take(life.signal);
    const started = Promise.withResolvers<void>();
    const over = () => {
      giveBack();
      life.end();
    };
    this.#attempts(fetching, started.resolve).then(
      () => {
        over();
        meter.end();
        sink.finish();
      },
      (error) => {
        over();
        sink.fail(error);
        started.reject(error);
      },
    );
    await started.promise;
  }

  #attempts({ found, sink, meter, life }: Fetching, onStarted: () => void): Promise<void> {
    const { clock, present, hashing } = this.#context;
    const { signal } = life;
    const { room, sequence } = found.message;
    const { sizeBytes, sha256: digest } = found.offered;
    const offer = { room: room.number, sequence, sizeBytes, digest };
    const options = { clock, signal, sha256: hashing.sha256, offer, sink, meter, onStarted };
    const moved = () => sink.end;
    const onWaiting = () => meter.enter('waiting');
    return inAttempts({ present, clock, signal, moved, onWaiting }, async ({ link }) => {
      // What the reader has not taken stays: nothing is added to it before.
      await sink.drained(signal);
      await new Download({ ...options, traffic: Traffic.of(link, clock) }).run();
    });
  }
}

async function hashHave(
  have: Blob,
  sizeBytes: number,
  hasher: Hasher,
  meter: Meter,
  signal: AbortSignal,
): Promise<number> {
  const isPart = have.size < sizeBytes && have.size % FILE_CHUNK_BYTES === 0;
  if (!isPart && have.size !== sizeBytes) {
    const detail = `${have.size} bytes of ${sizeBytes} are no beginning that can be gone on with`;
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, detail);
  }
  await new Source(have).hash(hasher, (bytes) => meter.done(bytes), signal);
  return have.size;
}
