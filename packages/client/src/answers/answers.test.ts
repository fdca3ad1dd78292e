import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { AnswerEnd, ErrorCode, EventKind, RoomKind } from '@sotto/schema';
import { FakeAnswers } from '../testing/fake-answers.ts';
import { ALICE, BOB, HELPER } from '../testing/fake-server.ts';
import { createWorld, failureOf, follow, onlineClient, within } from '../testing/harness.ts';
import type { AnswerState } from '../types.ts';

async function setUp() {
  const world = await createWorld();
  const { time, server } = world;
  const garden = server.addRoom(40, RoomKind.PUBLIC, 'garden');
  const answers = new FakeAnswers(server);
  const client = await onlineClient(world);
  await within(time, client.lookUp([HELPER, BOB]));
  const seen = follow(client);
  /** What was told since this was asked last. */
  let read = 0;
  const told = (): AnswerState[] => {
    const all = seen.events.flatMap((event) => (event.kind === 'answer' ? [event.answer.state] : []));
    const fresh = all.slice(read);
    read = all.length;
    return fresh;
  };
  return { time, server, client, seen, answers, garden, told };
}

const texts = (states: readonly AnswerState[]) =>
  states.map((state) => (state.kind === 'writing' ? state.text : state.kind));

describe('answers on their way, as clients are told of them (I1)', () => {
  test('[ANSWERS-1] I1: each change is told with all that was written so far, by name and room', async () => {
    const { time, client, answers, seen, told } = await setUp();
    const id = answers.begin({ asker: BOB, question: 3 });
    answers.wait(id, 2);
    answers.write(id, 'Good ');
    answers.write(id, 'morning');
    await time.settle();
    expect(told()).toEqual([
      { kind: 'waiting', place: 2 },
      { kind: 'writing', text: 'Good ' },
      { kind: 'writing', text: 'Good morning' },
    ]);
    const about = { id, assistant: { name: 'helper' }, asker: { name: 'bob' }, room: { name: 'lobby' } };
    expect(seen.events.at(-1)).toMatchObject({ answer: { ...about, question: 3 } });
    expect(answers.watched).toEqual([]);
    await client.close();
  });

  test('[ANSWERS-1] I1: the end is told once, after the message that it became', async () => {
    const { time, client, answers, server, seen } = await setUp();
    server.say(LOBBY, 'question', ALICE);
    await time.settle();
    const id = answers.begin();
    answers.write(id, 'Yes');
    await time.settle();
    const ended = { end: AnswerEnd.DONE, sequence: 2 };
    answers.end(id, ended);
    answers.end(id, ended);
    await time.settle();
    expect(seen.kinds.slice(-2)).toEqual(['message', 'answer']);
    server.say(LOBBY, 'Yes', HELPER, { relatesTo: 1 });
    await time.settle();
    answers.end(id, ended);
    await time.pass(100_000);
    expect(seen.kinds.filter((kind) => kind === 'message' || kind === 'answer')).toEqual([
      'message',
      'answer',
      'message',
      'answer',
    ]);
    expect(seen.events.at(-1)).toMatchObject({ answer: { state: { kind: 'done', sequence: 2 } } });
    await client.close();
  });

  test('[ANSWERS-1] I1: each end is what it is, and a reason is told where there is one', async () => {
    const { time, client, answers, told } = await setUp();
    const error = { code: ErrorCode.ASSISTANT_BUDGET, detail: 'today', retryAfterMs: 5_000 };
    for (const ended of [
      { end: AnswerEnd.STOPPED },
      { end: AnswerEnd.CUT_OFF },
      { end: AnswerEnd.FAILED, error },
      { end: AnswerEnd.FAILED },
      { end: AnswerEnd.UNSPECIFIED },
      { end: 99 as AnswerEnd, sequence: 0 },
    ]) {
      answers.end(answers.begin(), ended);
    }
    await time.settle();
    const states = told();
    expect(states.map(({ kind }) => kind)).toEqual([
      'stopped',
      'cutOff',
      'failed',
      'failed',
      'failed',
      'failed',
    ]);
    expect(states[2]).toMatchObject({ error });
    expect(states[3]).toMatchObject({ error: { code: ErrorCode.ASSISTANT_UNAVAILABLE } });
    await client.close();
  });

  test('[ANSWERS-2] I1: what is lost is asked for, once, and what comes twice or late changes nothing', async () => {
    const { time, client, answers, told } = await setUp();
    const id = answers.begin();
    answers.write(id, 'one ');
    answers.isLossy = true;
    answers.write(id, 'two ');
    answers.isLossy = false;
    answers.write(id, 'three ');
    answers.write(id, 'four ');
    await time.settle();
    expect(answers.watched).toEqual([[]]);
    answers.push({ ...answers.about(id), state: { case: 'writing', value: { offset: 4, text: 'two' } } });
    answers.push({ ...answers.about(id), state: { case: 'waiting', value: 4 } });
    await time.settle();
    expect(texts(told())).toEqual(['one ', 'one two three four ']);
    await client.close();
  });

  test('[ANSWERS-2] I1: an answer of which the beginning was not heard is asked for as well', async () => {
    const { time, client, answers, told } = await setUp();
    answers.isLossy = true;
    const id = answers.begin();
    answers.write(id, 'one ');
    answers.isLossy = false;
    answers.write(id, 'two');
    await time.settle();
    expect(texts(told()).at(-1)).toBe('one two');
    await client.close();
  });

  test('[ANSWERS-2] I3: a server that never tells the whole is asked at most once a second', async () => {
    const { time, client, answers, server } = await setUp();
    server.answer('watchAnswers', () => ({ answers: [] }));
    const id = answers.begin();
    for (let tenths = 0; tenths < 100; tenths += 1) {
      answers.push({ ...answers.about(id), state: { case: 'writing', value: { offset: 50, text: 'far' } } });
      await time.pass(100);
    }
    expect(answers.watched.length).toBeGreaterThan(5);
    expect(answers.watched.length).toBeLessThanOrEqual(11);
    await client.close();
  });

  test('[ANSWERS-3] I1: rooms that are watched are told again after a reconnect, and what is written there is known', async () => {
    const { time, client, answers, server, garden, told } = await setUp();
    const id = answers.begin({ asker: BOB, room: garden });
    expect(await within(time, client.assistants.watch(['garden', 'lobby']))).toMatchObject([
      { id, room: { name: 'garden' }, state: { kind: 'waiting', place: 1 } },
    ]);
    answers.write(id, 'one ');
    await time.settle();
    server.crash();
    answers.isLossy = true;
    answers.write(id, 'two ');
    answers.isLossy = false;
    server.up = true;
    await time.until(() => client.status.kind === 'online');
    await time.settle();
    expect(answers.watched).toEqual([
      [garden, LOBBY],
      [garden, LOBBY],
    ]);
    answers.write(id, 'three');
    await time.settle();
    expect(texts(told()).slice(-3)).toEqual(['one ', 'one two ', 'one two three']);
    await client.close();
  });

  test('[ANSWERS-3] I1: an answer that is not there any more after a reconnect is done where its message came, else it failed', async () => {
    const { time, client, answers, server, told } = await setUp();
    server.say(LOBBY, 'first', ALICE);
    server.say(LOBBY, 'second', ALICE);
    const [first, second] = [answers.begin({ question: 1 }), answers.begin({ question: 2 })];
    answers.write(first, 'one');
    answers.write(second, 'two');
    await time.settle();
    told();
    server.crash();
    answers.all.clear();
    server.say(LOBBY, 'one', HELPER, { relatesTo: 1 });
    server.up = true;
    await time.pass(60_000);
    const states = told();
    expect(states).toMatchObject([
      { kind: 'done', sequence: 3 },
      { kind: 'failed', error: { code: ErrorCode.ASSISTANT_UNAVAILABLE } },
    ]);
    await client.close();
  });

  test('[ANSWERS-3] I1: an end that was lost is found out', async () => {
    const { time, client, answers, server, told } = await setUp();
    server.say(LOBBY, 'question', ALICE);
    const id = answers.begin();
    answers.write(id, 'Yes');
    await time.settle();
    answers.all.clear();
    server.say(LOBBY, 'Yes', HELPER, { relatesTo: 1 });
    await time.pass(40_000);
    expect(told()).toMatchObject([{ kind: 'writing' }, { kind: 'done', sequence: 2 }]);
    await client.close();
  });

  test('[ANSWERS-3] I1: the same number after a restart of the server is another answer', async () => {
    const { time, client, answers, told } = await setUp();
    const id = answers.begin({ question: 1 });
    answers.write(id, 'before');
    answers.begin({ id, question: 2 });
    answers.write(id, 'after');
    await time.settle();
    expect(texts(told())).toEqual(['before', 'failed', 'after']);
    await client.close();
  });

  test('[ANSWERS-1] I1: what is watched stays as it was where the server refuses another; at most 16 rooms', async () => {
    const { time, client, answers, server, garden } = await setUp();
    await within(time, client.assistants.watch(['garden']));
    server.trouble = ({ name }) =>
      name === 'watchAnswers' ? new SottoError(ErrorCode.RATE_LIMITED) : undefined;
    expect(await within(time, failureOf(client.assistants.watch([])))).toMatchObject({
      code: ErrorCode.RATE_LIMITED,
    });
    server.trouble = () => undefined;
    server.crash();
    server.up = true;
    await time.pass(5_000);
    expect(answers.watched.at(-1)).toEqual([garden]);
    const many = Array.from({ length: 17 }, () => 'lobby');
    expect(await failureOf(client.assistants.watch(many))).toMatchObject({
      code: ErrorCode.ARGUMENT_INVALID,
    });
    expect(await failureOf(client.assistants.watch(['nowhere']))).toMatchObject({
      code: ErrorCode.NOT_FOUND,
    });
    await client.close();
  });

  test('[ANSWERS-1] I1: why a question failed its asker is told also where they left the room; nothing else is', async () => {
    const { time, client, answers, told, garden, server } = await setUp();
    const id = answers.begin({ room: garden });
    answers.write(id, 'half');
    await time.settle();
    const room = server.rooms.get(garden);
    if (room === undefined) throw new Error('no garden');
    server.tell(EventKind.ROOM_EXITED, room);
    await time.settle();
    answers.write(id, ' and half');
    answers.end(id, { end: AnswerEnd.FAILED, error: { code: ErrorCode.NOT_FOUND } });
    answers.end(answers.begin({ room: garden, asker: BOB }), { end: AnswerEnd.FAILED });
    await time.settle();
    expect(texts(told())).toEqual(['half', 'failed']);
    await client.close();
  });

  test('[ANSWERS-2] I3: where the server says only that there is text, it is asked for again', async () => {
    const { time, client, answers, server, told } = await setUp();
    const id = answers.begin();
    answers.write(id, 'long ');
    await time.settle();
    let isShort = true;
    const about = answers.about(id);
    server.answer('watchAnswers', () => {
      const short = { ...about, state: { case: 'writing', value: { offset: 9, text: '' } } } as const;
      const list = { answers: [isShort ? short : answers.whole(id)] };
      isShort = false;
      return list;
    });
    answers.isLossy = true;
    answers.write(id, 'text');
    await time.pass(27_000);
    expect(texts(told())).toEqual(['long ', 'long text']);
    await client.close();
  });

  test('[ANSWERS-2] I1: what was heard while a question was under way counts, whatever the answer to it says', async () => {
    const { time, client, answers, server, told } = await setUp();
    const [id, other] = [answers.begin(), answers.begin({ question: 2 })];
    answers.write(id, 'one ');
    answers.write(other, 'one ');
    await time.settle();
    server.answer('watchAnswers', () => {
      const before = answers.whole(id);
      answers.write(id, 'two');
      answers.write(other, 'two');
      return { answers: [before] };
    });
    await within(time, client.assistants.watch([]));
    await time.pass(10_000);
    expect(texts(told())).toEqual(['one ', 'one ', 'one two', 'one two']);
    await client.close();
  });

  test('[ANSWERS-3] I1: of a room that is not watched any more, or was left, nothing is told and nothing asked', async () => {
    const { time, client, answers, server, garden, told } = await setUp();
    await within(time, client.assistants.watch(['lobby', 'garden']));
    answers.write(answers.begin({ asker: BOB }), 'of bob');
    answers.write(answers.begin({ room: garden }), 'mine');
    await time.settle();
    answers.all.clear();
    await within(time, client.assistants.watch(['garden']));
    const room = server.rooms.get(garden);
    if (room === undefined) throw new Error('no garden');
    server.rooms.delete(garden);
    server.tell(EventKind.ROOM_EXITED, room);
    await time.settle();
    server.last.cut();
    await time.pass(60_000);
    expect(texts(told())).toEqual(['of bob', 'mine']);
    expect(answers.watched).toEqual([[LOBBY, garden], [garden], []]);
    await client.close();
  });

  test('[ANSWERS-3] I1: where a server that was just reached is too busy to be asked, it is asked again', async () => {
    const { time, client, answers, server, garden } = await setUp();
    await within(time, client.assistants.watch(['garden']));
    let refusals = 3;
    server.trouble = ({ name }) =>
      name === 'watchAnswers' && refusals-- > 0
        ? new SottoError(ErrorCode.RATE_LIMITED, '', 2_000)
        : undefined;
    server.last.cut();
    await time.pass(30_000);
    expect(answers.watched).toEqual(Array.from({ length: 5 }, () => [garden]));
    await client.close();
  });

  test('[ANSWERS-2] I3: one question for all answers is under way at a time, whoever asks meanwhile', async () => {
    const { time, client, answers, server, garden } = await setUp();
    server.delayMs = 100;
    const first = client.assistants.watch(['lobby']);
    await time.pass(150);
    const second = client.assistants.watch(['garden']);
    const third = client.assistants.watch(['garden', 'lobby']);
    const id = answers.begin();
    answers.push({ ...answers.about(id), state: { case: 'writing', value: { offset: 9, text: 'gap' } } });
    await time.pass(40);
    expect(answers.watched).toEqual([[LOBBY]]);
    await within(time, Promise.all([first, second, third]));
    expect(answers.watched).toEqual([[LOBBY], [garden, LOBBY]]);
    await client.close();
  });

  test('[ANSWERS-1] I3: who is far behind is not told each text, and yet the end', async () => {
    const { time, client, answers } = await setUp();
    const slow = client.events();
    const id = answers.begin();
    for (let words = 0; words < 1_000; words += 1) answers.write(id, 'w ');
    answers.end(id, { end: AnswerEnd.STOPPED });
    await time.settle();
    const told: AnswerState[] = [];
    void (async () => {
      for await (const event of slow) if (event.kind === 'answer') told.push(event.answer.state);
    })();
    await time.settle();
    expect(told.length).toBeGreaterThan(200);
    expect(told.length).toBeLessThanOrEqual(258);
    expect(told.at(-1)?.kind).toBe('stopped');
    await client.close();
  });

  test('[ANSWERS-7] I1: answers of an assistant that this account blocks are not told of', async () => {
    const { time, client, answers, server, told } = await setUp();
    server.answer('setSetting', () => ({}));
    await within(time, client.account.settings.block(HELPER));
    const id = answers.begin();
    answers.write(id, 'hello');
    await time.settle();
    expect(told()).toEqual([]);
    expect(await within(time, client.assistants.watch(['lobby']))).toEqual([]);
    await client.close();
  });
});
