/** Chat beside transfers on a path where they could be in its way: measured in tests, and in `npm run bench:files`. */
import { both, type CongestionControl, type DirectionSettings } from '../emulated/path.ts';
import type { Actor, Cast } from './actor.ts';
import type { Carried, Journal } from './orders.ts';
import { Stage } from './stage.ts';

const SEED = 1;
const ROOM = 'talk';
const TALK_EVERY_MS = 100;
/** What is sent last gets so long to arrive. */
const SETTLE_MS = 2_000;
const PATIENCE_MS = 120_000;

export interface FilePath {
  rateMbps: number;
  roundTripMs: number;
  queueMs: number;
}

export const SLOW: FilePath = { rateMbps: 5, roundTripMs: 60, queueMs: 250 };

export interface Delays {
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface ChatFigures {
  messages: number;
  /** Never acknowledged, or never delivered. */
  missing: number;
  acknowledged: Delays;
  /** To another member behind the same path. */
  delivered: Delays;
  /** Of the transfer beside it. */
  mbps: number;
}

/** Two members behind one path, of whom one sends messages and carries files; the server and a librarian at its far end. */
export class ChatStage implements AsyncDisposable {
  readonly stage: Stage;
  readonly #chatMs: number;

  private constructor(stage: Stage, chatMs: number) {
    this.stage = stage;
    this.#chatMs = chatMs;
  }

  static async open(
    transport: Cast['transport'],
    chatMs: number,
    tcp: CongestionControl,
  ): Promise<ChatStage> {
    const cast = [
      { name: 'talker', transport, room: ROOM },
      { name: 'reader', transport },
    ];
    return new ChatStage(await Stage.open(SEED, cast, settingsOf(SLOW), tcp), chatMs);
  }

  get talker(): Actor {
    return this.stage.person('talker');
  }

  usePath(path: FilePath): Promise<void> {
    return this.stage.path.set(both(settingsOf(path)));
  }

  idle(): Promise<ChatFigures> {
    return this.chatBeside(async () => 0);
  }

  /** `transfer` goes on for as long as people talk, and answers how many Mbit/s it had. */
  async chatBeside(transfer: () => Promise<number>): Promise<ChatFigures> {
    const from = Date.now();
    await this.talker.talk(TALK_EVERY_MS);
    const [rate] = await Promise.all([transfer(), Bun.sleep(this.#chatMs)]);
    await this.talker.hush();
    await Bun.sleep(SETTLE_MS);
    const journals = [await this.talker.report(), await this.stage.person('reader').report()] as const;
    return { ...chatFigures(...journals, from), mbps: rate };
  }

  besideUpload(path: string): Promise<ChatFigures> {
    return this.chatBeside(async () => {
      await this.talker.upload({ room: ROOM, path, id: newId() });
      return this.#partOfTransfer();
    });
  }

  /** Of what the librarian offered before. */
  async besideDownload(path: string): Promise<ChatFigures> {
    const { sequence } = await this.send('listener', path);
    return this.chatBeside(async () => {
      await this.talker.fetch({ room: ROOM, sequence, unhashed: true });
      return this.#partOfTransfer();
    });
  }

  /** With nothing beside it. */
  async send(name: string, path: string): Promise<Carried & { sequence: number }> {
    const sender = this.stage.person(name);
    await sender.upload({ room: ROOM, path, id: newId() });
    const sent = await sender.delivered(PATIENCE_MS);
    return { ...sent, sequence: sent.sequence ?? 0 };
  }

  async fetch(sequence: number): Promise<Carried> {
    await this.talker.fetch({ room: ROOM, sequence, unhashed: true });
    return this.talker.delivered(PATIENCE_MS);
  }

  async #partOfTransfer(): Promise<number> {
    await Bun.sleep(this.#chatMs);
    const { doneBytes, endedAt, failure } = await this.talker.carried();
    await this.talker.drop();
    if (endedAt !== undefined)
      throw new Error(failure ?? 'the file was too small: nothing was beside the last messages');
    return mbps(doneBytes, this.#chatMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stage.close();
  }
}

const settingsOf = ({ rateMbps, roundTripMs, queueMs }: FilePath): DirectionSettings => ({
  delayMs: roundTripMs / 2,
  rateMbps,
  queueBytes: Math.round((rateMbps * 1e6 * queueMs) / 8e3),
});

function chatFigures(talker: Journal, reader: Journal, from: number): Omit<ChatFigures, 'mbps'> {
  const sent = talker.sent.filter(({ at }) => at >= from);
  const acknowledged = delays(sent, talker.accepted);
  const delivered = delays(sent, reader.heard);
  const missing = 2 * sent.length - acknowledged.length - delivered.length;
  return {
    messages: sent.length,
    missing,
    acknowledged: figuresOf(acknowledged),
    delivered: figuresOf(delivered),
  };
}

function delays(sent: Journal['sent'], seen: readonly { id: string; at: number }[]): number[] {
  const arrivals = new Map(seen.map(({ id, at }) => [id, at]));
  return sent.flatMap(({ id, at }) => {
    const arrival = arrivals.get(id);
    return arrival === undefined ? [] : [arrival - at];
  });
}

function figuresOf(values: readonly number[]): Delays {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), maxMs: at(1) };
}

export const mbps = (bytes: number, ms: number): number => (bytes * 8) / ms / 1e3;

const newId = (): string => crypto.getRandomValues(new Uint8Array(16)).toHex();
