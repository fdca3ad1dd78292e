import { beforeEach, describe, expect, test } from 'bun:test';
import {
  LOBBY,
  type RoomNumber,
  roomStream,
  SERVER_DEVICE,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { EventKind } from '@sotto/schema';
import { encodeContent, newEvent } from '../../events/content.ts';
import type { Append, EventStore, StoredEvent } from '../../events/store.ts';
import { RoomDirectory } from '../../rooms/directory.ts';
import { openStore } from '../../storage/open.ts';
import type { Store } from '../../storage/store.ts';
import type { Asked } from './answer.ts';
import { Questions } from './questions.ts';

const ASSISTANT = 90 as UserNumber;
const ANN = 1 as UserNumber;
const random = seededRandom(3);
let clock: VirtualClock;
let store: Store;
let reads: number;
let asked: Asked[];
let failures: unknown[];
let questions: Questions;
let events: EventStore;

beforeEach(async () => {
  clock = new VirtualClock();
  let uuid = 0;
  store = await openStore({
    url: ':memory:',
    inThread: true,
    uuid: () => `00000000-0000-4000-8000-${String(++uuid).padStart(12, '0')}`,
  });
  [reads, asked, failures] = [0, [], []];
  const counted = {
    events: (...of: Parameters<EventStore['events']>): Promise<readonly StoredEvent[]> => {
      reads++;
      return store.events.events(...of);
    },
  };
  const directory = new RoomDirectory(store.rooms);
  await directory.find(LOBBY);
  questions = new Questions({
    directory,
    events: counted,
    clock,
    onFailure: (failure) => failures.push(failure),
  });
  events = questions.watched(store.events);
});

const listen = (assistants: readonly UserNumber[], of: { throws?: boolean } = {}) =>
  questions.begin({
    assistants: () => {
      if (of.throws === true) throw new Error('broken');
      return assistants;
    },
    isAssistant: (user) => assistants.includes(user),
    asked: (one) => asked.push(one),
    deleted: () => {},
  });

function said(
  text: string,
  of: { relatesTo?: number; mentioned?: readonly UserNumber[]; sender?: UserNumber } = {},
): Append {
  const stream = roomStream(LOBBY as RoomNumber);
  const { relatesTo = 0, mentioned, sender = ANN } = of;
  const head = {
    stream,
    kind: EventKind.MESSAGE,
    sender,
    device: SERVER_DEVICE,
    timeMs: clock.now(),
    relatesTo,
    clientMessageId: random.bytes(16),
  };
  const event = newEvent(head, encodeContent({ case: 'plain', value: text }), random);
  const mention = {
    kind: 'mentioned' as const,
    stream,
    target: undefined,
    users: mentioned ?? [],
    timeMs: clock.now(),
  };
  return { events: [event], changes: mentioned === undefined ? [] : [mention] };
}

describe('noticing questions (I2)', () => {
  test('[ASK-1] what is said between people costs no read, nor does anything where there is no assistant', async () => {
    listen([ASSISTANT]);
    for (let message = 0; message < 100; message++) await events.append([said('hello @ everyone')]);
    listen([]);
    await events.append([said('and this', { relatesTo: 1 }), said('that', { mentioned: [ASSISTANT] })]);
    await clock.advance(10);
    expect([reads, asked.length]).toEqual([0, 0]);
    await store.close();
  });

  test('[ASK-1] each of a batch is noticed by itself, those sent again are not', async () => {
    listen([ASSISTANT]);
    const question = said('well?', { mentioned: [ASSISTANT, ANN] });
    const answer = said('yes', { sender: ASSISTANT, mentioned: [ASSISTANT] });
    await events.append([
      question,
      question,
      answer,
      said('no', { relatesTo: 2 }),
      said('so', { relatesTo: 1 }),
    ]);
    await events.append([question]);
    await clock.advance(10);
    expect(asked.map(({ asker, task }) => [asker, task.kind === 'question' && task.sequence])).toEqual([
      [ANN, 1 as Sequence],
      [ANN, 3 as Sequence],
    ]);
    await store.close();
  });

  test('[ASK-1] whatever goes wrong in noticing, what was committed was committed', async () => {
    listen([ASSISTANT], { throws: true });
    const [result] = await events.append([said('well?', { mentioned: [ASSISTANT] })]);
    expect(result?.kind).toBe('appended');
    expect(failures.length).toBe(1);
    await store.close();
  });
});
