/** What is measured over one transport on an emulated path: chat alone and beside transfers, then transfers alone. */
import { join } from 'node:path';
import type { NativeTransport } from '@sotto/client/node';
import type { LineProcess } from '../tests/network/emulated/line-process.ts';
import {
  both,
  type CongestionControl,
  type DirectionSettings,
  FAR_ADDRESS,
} from '../tests/network/emulated/path.ts';
import type { Journal } from '../tests/network/session/orders.ts';
import { Stage } from '../tests/network/session/stage.ts';
import type { HttpsOrder, HttpsResult } from './files-https.ts';

const SEED = 1;
const TALK_EVERY_MS = 100;
const CHAT_MS = 25_000;
/** What is sent last gets so long to arrive. */
const SETTLE_MS = 2_000;
const PATIENCE_MS = 120_000;
const FOR_EVER_MS = 3_600_000;
const HTTPS = join(import.meta.dir, 'files-https.ts');

export const SLOW = { rateMbps: 5, roundTripMs: 60, queueMs: 250 };
export const CLEAN = { rateMbps: 50, roundTripMs: 20, queueMs: 100 };

export interface Files {
  /** Too large to get through while people talk. */
  large: string;
  /** For goodput on the slow path, and on the clean one; each is sent once. */
  slow: string;
  clean: string;
}

export interface Delays {
  p50Ms: number;
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

export const SITUATIONS = ['idle', 'upload', 'download', 'https'] as const;
export type Situation = (typeof SITUATIONS)[number];

export interface Goodputs {
  https: number;
  upload: number;
  download: number;
}

export interface PathFigures {
  transport: NativeTransport;
  chat: Record<Situation, ChatFigures>;
  slow: Goodputs;
  clean: Goodputs;
}

export async function measurePath(
  transport: NativeTransport,
  files: Files,
  tcp: CongestionControl,
): Promise<PathFigures> {
  const cast = [
    { name: 'talker', transport, room: 'talk' },
    { name: 'reader', transport },
  ];
  await using stage = await Stage.open(SEED, cast, settingsOf(SLOW), tcp);
  const measured = new MeasuredStage(stage);
  const chat = {
    idle: await measured.chatBeside(async () => 0),
    https: await measured.chatBeside(() => measured.https(files.large, CHAT_MS)),
    upload: await measured.chatBeside(() => measured.uploadFor(files.large, CHAT_MS)),
    download: await measured.chatBeside(await measured.downloadOf(files.large, CHAT_MS)),
  };
  const slow = await measured.goodputs(files.slow);
  await stage.path.set(both(settingsOf(CLEAN)));
  return { transport, chat, slow, clean: await measured.goodputs(files.clean) };
}

const settingsOf = ({ rateMbps, roundTripMs, queueMs }: typeof SLOW): DirectionSettings => ({
  delayMs: roundTripMs / 2,
  rateMbps,
  queueBytes: Math.round((rateMbps * 1e6 * queueMs) / 8e3),
});

class MeasuredStage {
  readonly #stage: Stage;
  #near: LineProcess | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** `transfer` goes on for as long as people talk, and answers how many Mbit/s it had. */
  async chatBeside(transfer: () => Promise<number>): Promise<ChatFigures> {
    const talker = this.#stage.person('talker');
    const from = Date.now();
    await talker.talk(TALK_EVERY_MS);
    const [mbps] = await Promise.all([transfer(), Bun.sleep(CHAT_MS)]);
    await talker.hush();
    await Bun.sleep(SETTLE_MS);
    const journals = [await talker.report(), await this.#stage.person('reader').report()] as const;
    return { ...chatFigures(...journals, from), mbps };
  }

  /** Mbit/s of a plain download. */
  async https(path: string, forMs: number): Promise<number> {
    const { bytes, ms } = await this.#fetch(path, forMs);
    return mbps(bytes, ms);
  }

  async uploadFor(path: string, forMs: number): Promise<number> {
    const talker = this.#stage.person('talker');
    await talker.upload({ room: 'talk', path, id: newId() });
    await Bun.sleep(forMs);
    const { doneBytes, failure } = await talker.carried();
    await talker.drop();
    if (failure !== undefined) throw new Error(failure);
    return mbps(doneBytes, forMs);
  }

  /** Offered by somebody at the server's side of the path. */
  async downloadOf(path: string, forMs: number): Promise<() => Promise<number>> {
    const sequence = await this.#offer(path);
    const talker = this.#stage.person('talker');
    return async () => {
      await talker.fetch({ room: 'talk', sequence, unhashed: true });
      await Bun.sleep(forMs);
      const { doneBytes, failure } = await talker.carried();
      await talker.drop();
      if (failure !== undefined) throw new Error(failure);
      return mbps(doneBytes, forMs);
    };
  }

  /** With nothing else, one after the other. */
  async goodputs(path: string): Promise<Goodputs> {
    const { size } = Bun.file(path);
    const https = await this.https(path, FOR_EVER_MS);
    const talker = this.#stage.person('talker');
    await talker.upload({ room: 'talk', path, id: newId() });
    const sent = await talker.delivered(PATIENCE_MS);
    await talker.fetch({ room: 'talk', sequence: sent.sequence ?? 0, unhashed: true });
    const fetched = await talker.delivered(PATIENCE_MS);
    const rate = ({ startedAt, endedAt = 0 }: typeof sent) => mbps(size, endedAt - startedAt);
    return { https, upload: rate(sent), download: rate(fetched) };
  }

  async #offer(path: string): Promise<number> {
    const librarian = this.#stage.person('listener');
    await librarian.upload({ room: 'talk', path, id: newId() });
    const { sequence = 0 } = await librarian.delivered(PATIENCE_MS);
    return sequence;
  }

  async #fetch(path: string, forMs: number): Promise<HttpsResult> {
    const far = this.#stage.path.start('far', HTTPS, 'serve', FAR_ADDRESS, path);
    this.#near ??= this.#stage.path.start('near', HTTPS, 'fetch');
    const url = `https://${FAR_ADDRESS}:${await far.next<number>()}/`;
    const order: HttpsOrder = { url, forMs };
    const result = await this.#near.ask<HttpsResult>(order);
    await far.close();
    return result;
  }
}

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
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

const mbps = (bytes: number, ms: number): number => (bytes * 8) / ms / 1e3;

const newId = (): string => crypto.getRandomValues(new Uint8Array(16)).toHex();
