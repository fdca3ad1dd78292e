/** Chat while nothing is answered and while 50 answers are written, by turns in one run. */
import { Chat, type ChatTimes } from './assistants-chat.ts';
import { ASKERS, type AssistantStage, NAME } from './assistants-stage.ts';
import { at } from './fan-out.ts';
import type { Credentials } from './seed.ts';

const ROUNDS = 5;
const WINDOW_MS = 3_500;
const WARM_UP_MS = 1_500;
const SETTLE_MS = 400;
export const CHAT_TRANSPORTS = ['tls', 'udp'] as const;
export type ChatTransport = (typeof CHAT_TRANSPORTS)[number];

export interface Window {
  times: Record<ChatTransport, ChatTimes>;
  /** Of the server's core. */
  cpu: number;
  /** Frames about answers that came to askers and watchers. */
  updatesPerSecond: number;
}

export interface WindowFigures {
  /** One more than of those with answers: each of these has one before and one after it. */
  idle: Window[];
  streaming: Window[];
  /** Resident, after garbage was collected: before the first question, and at the end. */
  bytesBefore: number;
  bytesAfter: number;
}

/** Of words: longer than a window. */
export const ANSWER_MS = WINDOW_MS + 2_500;

export async function measureWindows(
  stage: AssistantStage,
  chatters: readonly Credentials[],
): Promise<WindowFigures> {
  const { ports } = stage.server;
  const chats = await Promise.all(
    CHAT_TRANSPORTS.map((transport, index) =>
      Chat.open(transport, ports[transport] ?? 0, chatters.slice(2 * index)),
    ),
  );
  // What runs for the first time is not measured.
  await talk(chats, WARM_UP_MS);
  const bytesBefore = await stage.server.residentBytes();
  await whileStreaming(stage, () => talk(chats, WARM_UP_MS));
  const idle = [await window(stage, chats)];
  const streaming: Window[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    streaming.push(await whileStreaming(stage, () => window(stage, chats)));
    idle.push(await window(stage, chats));
  }
  const bytesAfter = await stage.server.residentBytes();
  for (const chat of chats) chat.close();
  return { idle, streaming, bytesBefore, bytesAfter };
}

/** Every answer has begun before, and none has ended after it. */
async function whileStreaming<T>(stage: AssistantStage, work: () => Promise<T>): Promise<T> {
  const before = await stage.look();
  await stage.say(`@${NAME} how does one make tea?`);
  await stage.until('begun', ({ begun }) => begun === before.begun + ASKERS);
  const result = await work();
  const after = await stage.look();
  if (after.answered > before.answered) throw new Error('answers were too short to measure beside them');
  await stage.until('answered', ({ answered }) => answered === before.answered + ASKERS);
  if (after.failed > before.failed) throw new Error(`${after.failed - before.failed} answers failed`);
  await Bun.sleep(SETTLE_MS);
  return result;
}

async function window(stage: AssistantStage, chats: readonly Chat[]): Promise<Window> {
  const [cpuBefore, since, { updates }] = [stage.server.cpuMs(), performance.now(), await stage.look()];
  const [tls, udp] = await talk(chats, WINDOW_MS);
  if (tls === undefined || udp === undefined) throw new Error('nobody chatted');
  const [cpuMs, ms, after] = [
    stage.server.cpuMs() - cpuBefore,
    performance.now() - since,
    await stage.look(),
  ];
  return {
    times: { tls, udp },
    cpu: cpuMs / ms,
    updatesPerSecond: ((after.updates - updates) * 1_000) / ms,
  };
}

const talk = (chats: readonly Chat[], forMs: number): Promise<ChatTimes[]> =>
  Promise.all(chats.map((chat) => chat.talk(forMs)));

export function percentile(taken: readonly number[], part: number): number {
  const sorted = taken.toSorted((a, b) => a - b);
  return at(sorted, Math.min(sorted.length - 1, Math.floor(sorted.length * part)));
}
