import type { SottoClient } from '@sotto/client';
import type { Target } from './command.ts';
import { spanText } from './text/words.ts';

/** Longer than an answer takes on a bad network. */
const WAITS_AFTER_MS = 2_000;

/**
 * Says of a message that the server does not take yet that it waits, and that what is typed meanwhile waits behind it: a
 * room's slow mode and the server's limits hold messages back. Once for all that wait at a time.
 */
export class Patience {
  readonly #client: SottoClient;
  readonly #tell: (line: string) => Promise<void>;
  readonly #waitsAfterMs: number;
  #told = false;

  constructor(client: SottoClient, tell: (line: string) => Promise<void>, waitsAfterMs = WAITS_AFTER_MS) {
    this.#client = client;
    this.#tell = tell;
    this.#waitsAfterMs = waitsAfterMs;
  }

  async watch<T>(reply: Promise<T>, target: Target): Promise<T> {
    const timer = setTimeout(() => void this.#say(reply, target), this.#waitsAfterMs);
    try {
      return await reply;
    } finally {
      clearTimeout(timer);
      this.#told = false;
    }
  }

  async #say(reply: Promise<unknown>, target: Target): Promise<void> {
    if (this.#told || this.#client.status.kind !== 'online') return;
    this.#told = true;
    let settled = false;
    const note = () => {
      settled = true;
    };
    reply.then(note, note);
    const seconds = target.kind === 'room' ? await this.#slowModeOf(target.room) : 0;
    const why = seconds === 0 ? ' for the server' : `: slow mode, a message every ${spanText(seconds)}`;
    if (!settled) await this.#tell(`  -> waits${why}; goes out by itself`);
  }

  #slowModeOf(room: Extract<Target, { kind: 'room' }>['room']): Promise<number> {
    return this.#client.room(room).then(
      ({ settings }) => settings.slowModeSeconds,
      () => 0,
    );
  }
}
