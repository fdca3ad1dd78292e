/** How much of a response is read [PROVIDER-3]. */
import { ProviderError } from '../assistants/provider.ts';

export const RESPONSE_MAX_BYTES = 4 * 1024 * 1024;
export const LINE_MAX_BYTES = 256 * 1024;
/** Of a response that says what went wrong. */
const ERROR_MAX_BYTES = 64 * 1024;

/** So much is taken at a time, then everybody else has a turn: 4 MiB of the smallest events take seconds to read. */
const TURN_BYTES = 16 * 1024;

const LINE_FEED = 10;

/** How lines of a stream of events begin. */
const FIELD = /^(:|data|event|id|retry)/;
const FIELD_MAX_CHARACTERS = 5;

/** Refuses what is too long, no UTF-8, or begins like no stream of events; for one body. */
export class Bounds {
  #bytes = 0;
  #lineBytes = 0;
  /** Of the first line, until it is long enough. */
  #start = '';
  #begun = false;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  /** Throws ProviderError. */
  take(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > RESPONSE_MAX_BYTES) throw tooLong('the answer', RESPONSE_MAX_BYTES);
    this.#takeLines(chunk);
    const text = this.#decoded(chunk);
    if (!this.#begun) this.#takeStart(text);
  }

  #decoded(chunk: Uint8Array): string {
    try {
      return this.#decoder.decode(chunk, { stream: true });
    } catch {
      throw new ProviderError('malformed', 'the provider sent what is not UTF-8');
    }
  }

  #takeStart(text: string): void {
    this.#start = (this.#start + text).trimStart();
    if (this.#start.length < FIELD_MAX_CHARACTERS && !this.#start.includes('\n')) return;
    if (!FIELD.test(this.#start))
      throw new ProviderError('malformed', 'the provider sent what is no stream of events');
    this.#begun = true;
    this.#start = '';
  }

  #takeLines(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const end = chunk.indexOf(LINE_FEED, from);
      this.#lineBytes += (end < 0 ? chunk.length : end) - from;
      if (this.#lineBytes > LINE_MAX_BYTES) throw tooLong('a line of the answer', LINE_MAX_BYTES);
      if (end < 0) return;
      this.#lineBytes = 0;
      from = end + 1;
    }
  }
}

const tooLong = (what: string, bytes: number) =>
  new ProviderError('malformed', `the provider sent more than ${bytes} bytes as ${what}`);

/**
 * The same bytes, within bounds. It is read as fast as it comes, whether or not it is wanted, so that nothing gathers
 * below it without a bound. Where it fails, `failed` is told, and it ends after what had come: a stream that fails loses it.
 * `stop` ends the request.
 */
export function bounded(
  body: ReadableStream<Uint8Array>,
  failed: (error: unknown) => void,
  stop: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const bounds = new Bounds();
  let cancelled = false;
  const pump = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || cancelled) break;
        bounds.take(value);
        controller.enqueue(value);
      }
    } catch (error) {
      failed(error);
      stop();
    }
    if (!cancelled) controller.close();
  };
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      void pump(controller);
    },
    cancel: () => {
      cancelled = true;
      stop();
    },
  });
}

/** The same bytes in small pieces, each in a turn of its own. */
export function inTurns(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let rest: Uint8Array = new Uint8Array(0);
  let cancelled = false;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (rest.length === 0) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        rest = value;
      }
      await new Promise((resolve) => setImmediate(resolve));
      if (cancelled) return;
      controller.enqueue(rest.subarray(0, TURN_BYTES));
      rest = rest.subarray(TURN_BYTES);
    },
    cancel: (reason) => {
      cancelled = true;
      return reader.cancel(reason);
    },
  });
}

/** The start of a text; what is beyond is not read. */
export async function startOfText(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
    text += decoder.decode(chunk.subarray(0, ERROR_MAX_BYTES - bytes), { stream: true });
    bytes += chunk.length;
    if (bytes >= ERROR_MAX_BYTES) break;
  }
  return text;
}
