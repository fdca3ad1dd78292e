/** What is asked about files beside sending and fetching them. */
import type { Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { toDate } from '../describe/values.ts';
import type * as sdk from '../types.ts';
import { ask, type CallContext, tell } from './context.ts';

/** Anything else could lead a browser to another site, or be a script. */
const PATH = /^\/files\/[\w-]+$/;

export class FileCalls {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** A link is made once: it is not asked for again where the answer was lost. */
  async link(room: sdk.RoomName, sequence: Sequence): Promise<sdk.FileLink> {
    const { number } = this.#context.names.joined(room);
    const { path, expiresMs } = await tell(this.#context, 'createFileLink', { room: number, sequence });
    if (!PATH.test(path)) throw new SottoError(ErrorCode.MALFORMED_FRAME, 'a link that is none to a file');
    const web = this.#context.webAddress();
    return { path, url: web && new URL(path, web).href, expiresAt: toDate(expiresMs) };
  }

  async usage(): Promise<sdk.FileUsage> {
    const { used, accountMax, fileMax } = await ask(this.#context, 'readFileUsage', {});
    return { usedBytes: used, accountMaxBytes: limit(accountMax), fileMaxBytes: limit(fileMax) };
  }
}

/** 0 stands for none. */
const limit = (bytes: number): number | undefined => (bytes > 0 ? bytes : undefined);
