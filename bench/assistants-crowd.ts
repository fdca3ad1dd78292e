/**
 * Everybody who asks, and everybody who watches, in a process of its own: what it costs to be told must not be measured
 * as latency of those who chat. Asked by lines (`CrowdOrder`), answers each with `CrowdState`.
 */
import { type RoomNumber, roomStream } from '@sotto/model';
import { decode } from '@sotto/protocol';
import { AnswerEnd } from '@sotto/schema';
import { answerLines } from '../tests/network/emulated/line-process.ts';
import { LoadConnection } from './load-connection.ts';
import type { Credentials } from './seed.ts';

export type CrowdOrder =
  /** Into a new room, with the assistant of that name: the lobby takes only so much of one person. */
  | {
      kind: 'come';
      port: number;
      assistant: string;
      askers: readonly Credentials[];
      watchers: readonly Credentials[];
    }
  /** All askers at once. */
  | { kind: 'say'; text: string }
  | { kind: 'look' };

/** Since they came. */
export interface CrowdState {
  /** Frames about answers that came to anybody. */
  updates: number;
  /** Answers that were begun, as their askers heard, and those that ended in a message and in an error. */
  begun: number;
  answered: number;
  failed: number;
  /** Events that came to watchers. */
  events: number;
}

const HEARD_OF_MS = 10_000;
const state: CrowdState = { updates: 0, begun: 0, answered: 0, failed: 0, events: 0 };
const begun = new Set<number>();
let askers: readonly LoadConnection[] = [];
let everybody: readonly LoadConnection[] = [];
let room = 0 as RoomNumber;

await answerLines<CrowdOrder>(async (order): Promise<CrowdState> => {
  switch (order.kind) {
    case 'come':
      await come(order);
      break;
    case 'say':
      for (const asker of askers) asker.say(room, order.text);
      break;
    case 'look':
      break;
  }
  if (everybody.some(({ isClosed }) => isClosed)) throw new Error('somebody lost the connection');
  return { ...state, begun: begun.size };
});

async function come({ port, ...order }: Extract<CrowdOrder, { kind: 'come' }>): Promise<void> {
  askers = await Promise.all(order.askers.map((asker) => comeToAsk(port, asker)));
  const watchers = await Promise.all(order.watchers.map((watcher) => comeToWatch(port, watcher)));
  everybody = [...askers, ...watchers];
  const [owner, ...others] = everybody;
  if (owner === undefined) throw new Error('nobody came');
  const name = `kitchen${Date.now()}x`;
  const { membership } = decode('roomInfo', await owner.request('createRoom', { name }));
  room = (membership?.room?.number ?? 0) as RoomNumber;
  const here = { reference: { case: 'number' as const, value: room } };
  const user = { reference: { case: 'name' as const, value: order.assistant } };
  await owner.request('addMember', { room: here, user });
  for (const other of others) await other.request('joinRoom', { room: here });
  for (const watcher of watchers) {
    await watcher.follow(roomStream(room), 0);
    await watcher.request('watchAnswers', { rooms: [room] });
  }
  // A connection that is not heard of ends.
  setInterval(() => {
    for (const one of everybody) void one.request('listAssistants', {}).catch(() => {});
  }, HEARD_OF_MS);
}

async function comeToAsk(port: number, credentials: Credentials): Promise<LoadConnection> {
  const asker = await LoadConnection.open('tls', port);
  await asker.resume(credentials);
  asker.onAnswer = (frame) => {
    state.updates++;
    const { answer } = decode('answerUpdate', frame);
    if (answer?.state.case === 'writing') begun.add(answer.id);
    if (answer?.state.case !== 'ended') return;
    if (answer.state.value.end === AnswerEnd.FAILED) state.failed++;
    else state.answered++;
  };
  return asker;
}

async function comeToWatch(port: number, credentials: Credentials): Promise<LoadConnection> {
  const watcher = await LoadConnection.open('tls', port);
  await watcher.resume(credentials);
  watcher.onEvent = () => {
    state.events++;
  };
  watcher.onAnswer = () => {
    state.updates++;
  };
  return watcher;
}
