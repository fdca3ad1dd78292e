import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { decodeMessage, encodeMessage, type FrameFields } from '@sotto/protocol';
import { type AnswerEnd, AnswerUpdateSchema, type ErrorCode, Role } from '@sotto/schema';
import fc from 'fast-check';
import { Present } from '../connection/present.ts';
import { People } from '../sync/people.ts';
import { Rooms } from '../sync/rooms.ts';
import { FakeAnswers } from '../testing/fake-answers.ts';
import { ALICE, BOB, HELPER } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient, within } from '../testing/harness.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import type { Answer } from '../types.ts';
import { ANSWERS_MAX, Answers } from './answers.ts';
import { ANSWER_TEXT_MAX_UNITS } from './pieces.ts';

type Update = FrameFields<'answerUpdate'>;

const read = (update: Update) =>
  decodeMessage(AnswerUpdateSchema, encodeMessage(AnswerUpdateSchema, update), 'update');

/** What is known of answers, offline, in a lobby. */
function setUp() {
  const time = new VirtualTime();
  const told: Answer[] = [];
  const rooms = new Rooms(() => ({ unread: 0, mentions: 0, read: 0 }));
  rooms.enter(
    { number: LOBBY, kind: 'lobby', name: 'lobby', peer: undefined },
    { role: Role.MEMBER, head: 0 },
  );
  const answers = new Answers({
    clock: time,
    present: new Present(time),
    people: new People(async () => []),
    rooms,
    isBlocked: () => false,
    me: () => ALICE,
    publish: (event) => {
      if (event.kind === 'answer') told.push(event.answer);
    },
    isBehind: () => false,
  });
  const hear = (update: Update) => answers.heard(read(update));
  return { time, answers, told, hear };
}

const uint = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(0xffffffff, 16_384, 16_383, 70));
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constant('x'.repeat(70_000)));
const state = fc.oneof(
  fc.constant({ case: undefined }),
  uint.map((value) => ({ case: 'waiting', value }) as const),
  fc.record({ offset: uint, text }).map((value) => ({ case: 'writing', value }) as const),
  fc
    .record({
      end: fc.nat({ max: 6 }),
      sequence: uint,
      text,
      code: fc.nat({ max: 99 }),
      hasError: fc.boolean(),
    })
    .map(({ end, sequence, text, code, hasError }) => {
      const error = hasError ? { error: { code: code as ErrorCode, detail: 'why' } } : {};
      return { case: 'ended', value: { end: end as AnswerEnd, sequence, text, ...error } } as const;
    }),
);
const update: fc.Arbitrary<Update> = fc.oneof(
  fc.constant({}),
  fc
    .record({ id: fc.nat({ max: 200 }), assistant: uint, asker: uint, room: uint, question: uint, state })
    .map((answer) => ({ answer })),
);

describe('whatever a server tells of answers (I3)', () => {
  test('[ANSWERS-5] I3: random updates leave bounded memory, and after ten quiet minutes none and no timer', async () => {
    const run = fc.asyncProperty(fc.array(update, { maxLength: 120 }), async (updates) => {
      const { time, answers, told, hear } = setUp();
      for (const each of updates) hear(each);
      expect(answers.size).toBeLessThanOrEqual(ANSWERS_MAX);
      await time.pass(13 * 60_000);
      expect(answers.size).toBe(0);
      expect(time.next).toBeUndefined();
      for (const { state } of told) {
        if (state.kind === 'writing') expect(state.text.length).toBeLessThanOrEqual(ANSWER_TEXT_MAX_UNITS);
        if (state.kind === 'failed') expect(state.error.code).toBeGreaterThan(0);
      }
    });
    await fc.assert(run, { numRuns: 60 });
  });

  test('[ANSWERS-5] I3: what others ask for beyond 64 answers is not told, what ended makes room', async () => {
    const { time, answers, told, hear } = setUp();
    const begin = (id: number) =>
      hear({
        answer: {
          id,
          assistant: HELPER,
          asker: BOB,
          room: LOBBY,
          question: id,
          state: { case: 'waiting', value: 1 },
        },
      });
    for (let id = 1; id <= 100; id += 1) begin(id);
    await time.settle();
    expect(answers.size).toBe(ANSWERS_MAX);
    expect(told).toHaveLength(ANSWERS_MAX);
    const about = { id: 10, assistant: HELPER, asker: BOB, room: LOBBY, question: 10 };
    hear({ answer: { ...about, state: { case: 'ended', value: { end: 2 } } } });
    begin(200);
    begin(201);
    expect(told.at(-1)?.id).toBe(200);
    const mine = { id: 300, assistant: HELPER, asker: ALICE, state: { case: 'waiting', value: 1 } } as const;
    const { answer } = read({ answer: mine });
    const tracked = await answers.started(answer, answers.mark);
    expect(tracked.state).toEqual({ kind: 'waiting', place: 1 });
    expect(answers.size).toBe(ANSWERS_MAX);
  });

  test('[ANSWERS-5] I3: an end without a beginning, rooms and people that nobody knows', async () => {
    const world = await createWorld();
    const { time, server } = world;
    const answers = new FakeAnswers(server);
    const client = await onlineClient(world);
    const seen = follow(client);
    const about = { id: 5, assistant: 999, asker: 998, room: LOBBY, question: 1 };
    answers.push({ ...about, state: { case: 'writing', value: { offset: 0, text: 'hello' } } });
    answers.push({ ...about, id: 6, room: 12_345, state: { case: 'waiting', value: 1 } });
    answers.push({ ...about, id: 7, state: { case: undefined } });
    answers.push({ ...about, id: 8, state: { case: 'ended', value: { end: 77 as AnswerEnd, sequence: 9 } } });
    server.answer('askAssistant', () => ({}));
    const refusal = await within(
      time,
      client.assistants.search('?').catch((error) => error),
    );
    expect(refusal).toMatchObject({ codeName: 'MALFORMED_FRAME' });
    await time.pass(10_000);
    const told = seen.events.flatMap((event) => (event.kind === 'answer' ? [event.answer] : []));
    expect(told).toMatchObject([
      { id: 5, assistant: { name: 'person999' }, asker: { name: 'person998' }, state: { text: 'hello' } },
      { id: 8, state: { kind: 'done', sequence: 9 as Sequence } },
    ]);
    expect(client.status.kind).toBe('online');
    await client.close();
  });
});
