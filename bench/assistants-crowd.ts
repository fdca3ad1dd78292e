/**
 * Everybody who asks, and everybody who watches, in a process of its own: what it costs to be told must not be measured
 * as latency of those who chat. Asked by lines (`CrowdOrder`), answers each with `CrowdState`.
 */
import { LOBBY, roomStream } from '@sotto/model';
import { decode } from '@sotto/protocol';
import { AnswerEnd } from '@sotto/schema';
import { answerLines } from '../tests/network/emulated/line-process.ts';
import { LoadConnection } from './load-connection.ts';
import type { Credentials } from './seed.ts';

export type CrowdOrder =
  | { kind: 'come'; port: number; askers: readonly Credentials[]; watchers: readonly Credentials[] }
  /** All askers at once, in the lobby. */
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

const state: CrowdState = { updates: 0, begun: 0, answered: 0, failed: 0, events: 0 };
const begun = new Set<number>();
let askers: readonly LoadConnection[] = [];

await answerLines<CrowdOrder>(async (order): Promise<CrowdState> => {
  switch (order.kind) {
    case 'come':
      askers = await Promise.all(order.askers.map((asker) => comeToAsk(order.port, asker)));
      await Promise.all(order.watchers.map((watcher) => comeToWatch(order.port, watcher)));
      break;
    case 'say':
      for (const asker of askers) asker.say(LOBBY, order.text);
      break;
    case 'look':
      break;
  }
  return { ...state, begun: begun.size };
});

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

async function comeToWatch(port: number, credentials: Credentials): Promise<void> {
  const watcher = await LoadConnection.open('tls', port);
  await watcher.resume(credentials);
  watcher.onEvent = () => {
    state.events++;
  };
  watcher.onAnswer = () => {
    state.updates++;
  };
  const page = decode(
    'historyPage',
    await watcher.request('readHistory', { stream: roomStream(LOBBY), limit: 1 }),
  );
  await watcher.follow(roomStream(LOBBY), page.head);
  await watcher.request('watchAnswers', { rooms: [LOBBY] });
}
