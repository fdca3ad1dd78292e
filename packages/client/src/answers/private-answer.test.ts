import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { AnswerEnd, ErrorCode } from '@sotto/schema';
import { ClientClosed, NotConnected } from '../errors.ts';
import { FakeAnswers } from '../testing/fake-answers.ts';
import { createWorld, failureOf, onlineClient, within } from '../testing/harness.ts';
import type { Answer, PrivateAnswer } from '../types.ts';

async function setUp() {
  const world = await createWorld();
  const { time, server } = world;
  const answers = new FakeAnswers(server);
  const client = await onlineClient(world);
  const ask = () => within(time, client.assistants.search('where is the key?'));
  return { world, time, server, client, answers, ask };
}

/** What is told from now on. */
function read(answer: PrivateAnswer, signal?: AbortSignal) {
  const told: Answer[] = [];
  const iterate = async () => {
    for await (const each of answer.updates(signal)) told.push(each);
  };
  const done = iterate();
  done.catch(() => {});
  return {
    done,
    get texts() {
      return told.map(({ state }) => (state.kind === 'writing' ? state.text : state.kind));
    },
  };
}

const UNAVAILABLE = { code: ErrorCode.ASSISTANT_UNAVAILABLE };

describe('answers that only the asker is told, as clients have them (I1)', () => {
  test('[ANSWERS-4] I1: what is asked for goes as it is asked', async () => {
    const { time, server, client } = await setUp();
    const { assistants } = client;
    await within(time, assistants.summarize('lobby', { after: 4 as Sequence, since: new Date(500) }));
    await within(time, assistants.summarize('lobby', { assistant: 'helper' }));
    await within(time, assistants.translate('lobby', 3 as Sequence, 'German'));
    await within(time, assistants.search('where?'));
    expect(server.named('askAssistant')).toMatchObject([
      { assistant: 0, task: { case: 'summary', value: { room: LOBBY, after: 4, sinceMs: 500 } } },
      { assistant: 70, task: { case: 'summary', value: { room: LOBBY, after: 0, sinceMs: 0 } } },
      {
        assistant: 0,
        task: { case: 'translation', value: { room: LOBBY, sequence: 3, language: 'German' } },
      },
      { assistant: 0, task: { case: 'search', value: 'where?' } },
    ]);
    await client.close();
  });

  test('[ANSWERS-4] I1: each state until the end, to everybody who asks, and its text', async () => {
    const { time, client, answers, ask } = await setUp();
    const answer = await ask();
    expect(answer.answer).toMatchObject({
      assistant: { name: 'helper', assistant: true },
      asker: { name: 'alice' },
      room: undefined,
      question: undefined,
    });
    const first = read(answer);
    const text = answer.text();
    await time.settle();
    answers.write(answer.id, 'Under ');
    await time.settle();
    answers.write(answer.id, 'the ');
    answers.write(answer.id, 'mat');
    await time.settle();
    answers.end(answer.id, { end: AnswerEnd.DONE, text: 'Under the mat.' });
    expect(await within(time, text)).toBe('Under the mat.');
    expect(first.texts.filter((each, at, all) => each !== all[at - 1])).toEqual(first.texts);
    expect(first.texts).toEqual(['waiting', 'Under ', 'Under the mat', 'done']);
    await first.done;
    expect(read(answer).texts).toEqual([]);
    const later = read(answer);
    await later.done;
    expect(later.texts).toEqual(['done']);
    expect(answer.answer.state).toEqual({ kind: 'done', sequence: undefined, text: 'Under the mat.' });
    await client.close();
  });

  test('[ANSWERS-4] I1: who stops listening stops nothing', async () => {
    const { time, client, answers, ask, server } = await setUp();
    const answer = await ask();
    const leave = new AbortController();
    const listening = read(answer, leave.signal);
    const waiting = failureOf(answer.text(leave.signal));
    leave.abort(new Error('enough'));
    expect(await within(time, waiting)).toMatchObject({ message: 'enough' });
    await within(time, listening.done);
    expect(server.named('stopAnswer')).toEqual([]);
    answers.end(answer.id, { end: AnswerEnd.CUT_OFF, text: 'half' });
    expect(await within(time, answer.text())).toBe('half');
    await client.close();
  });

  test('[ANSWERS-4] I1: stopped, it is what was written; stopped once more, nothing happens', async () => {
    const { time, client, answers, ask, server } = await setUp();
    const answer = await ask();
    answers.write(answer.id, 'Under');
    await within(time, answer.stop());
    expect(await within(time, answer.text())).toBe('Under');
    await within(time, answer.stop());
    expect(server.named('stopAnswer')).toHaveLength(1);
    const other = await ask();
    server.trouble = ({ name }) => (name === 'stopAnswer' ? new SottoError(ErrorCode.NOT_FOUND) : undefined);
    await within(time, other.stop());
    server.trouble = ({ name }) =>
      name === 'stopAnswer' ? new SottoError(ErrorCode.RATE_LIMITED) : undefined;
    expect(await within(time, failureOf(other.stop()))).toMatchObject({ code: ErrorCode.RATE_LIMITED });
    await client.close();
  });

  test('[ANSWERS-4] I1: one that failed says why, also where it was refused at once', async () => {
    const { time, client, answers, ask, server } = await setUp();
    const answer = await ask();
    const text = failureOf(answer.text());
    answers.end(answer.id, {
      end: AnswerEnd.FAILED,
      error: { code: ErrorCode.ASSISTANT_BUDGET, detail: 'tokens', retryAfterMs: 9_000 },
    });
    expect(await within(time, text)).toMatchObject({ code: ErrorCode.ASSISTANT_BUDGET, retryAfterMs: 9_000 });
    server.trouble = ({ name }) =>
      name === 'askAssistant' ? new SottoError(ErrorCode.ASSISTANT_BUSY) : undefined;
    expect(await within(time, failureOf(client.assistants.search('?')))).toMatchObject({
      code: ErrorCode.ASSISTANT_BUSY,
    });
    await client.close();
  });

  test('[ANSWERS-4] I1: what is told of it before the server said that it waits is its own', async () => {
    const { time, client, answers, server } = await setUp();
    server.answer('askAssistant', () => {
      const id = answers.begin({ room: 0, question: 0 });
      const early = answers.whole(id);
      answers.write(id, 'quick');
      answers.end(id, { end: AnswerEnd.DONE, text: 'quick' });
      return { answer: early };
    });
    const answer = await within(time, client.assistants.search('?'));
    expect(await within(time, answer.text())).toBe('quick');
    await client.close();
  });

  test('[ANSWERS-3] [ANSWERS-4] I1: a reconnect in mid-answer: it goes on, and is whole in the end', async () => {
    const { time, client, answers, ask, server } = await setUp();
    const answer = await ask();
    const listening = read(answer);
    answers.write(answer.id, 'one ');
    await time.settle();
    server.crash();
    answers.isLossy = true;
    answers.write(answer.id, 'two ');
    answers.isLossy = false;
    server.up = true;
    await time.until(() => client.status.kind === 'online');
    await time.settle();
    answers.write(answer.id, 'three');
    await time.settle();
    answers.end(answer.id, { end: AnswerEnd.DONE, text: 'one two three' });
    await within(time, listening.done);
    expect(listening.texts).toEqual(['waiting', 'one ', 'one two ', 'one two three', 'done']);
    await client.close();
  });

  test('[ANSWERS-3] I1: one that ended while the client was away is told at its return', async () => {
    const { time, client, answers, ask, server } = await setUp();
    const answer = await ask();
    server.crash();
    answers.isLossy = true;
    answers.end(answer.id, { end: AnswerEnd.DONE, text: 'meanwhile' });
    server.up = true;
    expect(await within(time, answer.text())).toBe('meanwhile');
    await client.close();
  });

  test('[ANSWERS-3] I1: one whose end was lost is asked for while the server still knows it', async () => {
    const { time, client, answers, ask } = await setUp();
    const answer = await ask();
    const beginMs = time.now();
    answers.isLossy = true;
    answers.end(answer.id, { end: AnswerEnd.DONE, text: 'said into the wind' });
    expect(await within(time, answer.text())).toBe('said into the wind');
    expect(time.now() - beginMs).toBeLessThan(30_000);
    await client.close();
  });

  test('[ANSWERS-3] I1: one that the server does not know any more after its restart failed', async () => {
    const { time, client, answers, ask, server } = await setUp();
    const answer = await ask();
    answers.write(answer.id, 'half of it');
    await time.settle();
    server.crash();
    answers.all.clear();
    server.up = true;
    expect(await within(time, failureOf(answer.text()))).toMatchObject(UNAVAILABLE);
    expect(answer.answer.state).toMatchObject({ kind: 'failed', error: UNAVAILABLE });
    await client.close();
  });

  test('[ANSWERS-3] I1: what is asked for after a restart is not taken for an earlier one of the same number', async () => {
    const { time, client, answers, server } = await setUp();
    const again = () => answers.begin({ id: 1, room: 0, question: 0 });
    answers.end(again(), { end: AnswerEnd.DONE, text: 'of an earlier run' });
    await time.settle();
    server.answer('askAssistant', () => ({ answer: answers.whole(again()) }));
    const first = await within(time, client.assistants.search('?'));
    const second = await within(time, client.assistants.search('?'));
    expect(await within(time, failureOf(first.text()))).toMatchObject(UNAVAILABLE);
    answers.write(second.id, 'new');
    await time.settle();
    expect(second.answer.state).toEqual({ kind: 'writing', text: 'new' });
    await client.close();
  });

  test('[ANSWERS-3] I1: whatever the server refuses, after ten minutes of silence it failed', async () => {
    const { time, client, ask, server, answers } = await setUp();
    const answer = await ask();
    server.trouble = ({ name }) =>
      name === 'watchAnswers' ? new SottoError(ErrorCode.PERMISSION_DENIED) : undefined;
    const failure = failureOf(answer.text());
    await time.pass(9 * 60_000);
    expect(answer.answer.state.kind).toBe('waiting');
    await time.pass(2 * 60_000);
    expect(await failure).toMatchObject(UNAVAILABLE);
    expect(answers.watched.length).toBeLessThan(40);
    await client.close();
  });

  test('[ANSWERS-4] I1: where the connection ends before the server said anything, the caller is told', async () => {
    const { time, client, server } = await setUp();
    server.trouble = ({ name }) => (name === 'askAssistant' ? 'silence' : undefined);
    const asking = failureOf(client.assistants.search('?'));
    await time.settle();
    server.crash();
    expect(await within(time, asking)).toBeInstanceOf(NotConnected);
    server.up = true;
    await time.until(() => client.status.kind === 'online');
    expect(server.named('askAssistant')).toHaveLength(1);
    await client.close();
  });

  test('[ANSWERS-4] I1: it ends with the client', async () => {
    const { time, client, ask } = await setUp();
    const answer = await ask();
    const listening = failureOf(read(answer).done);
    const text = failureOf(answer.text());
    await within(time, client.close());
    expect(await listening).toBeInstanceOf(ClientClosed);
    expect(await text).toBeInstanceOf(ClientClosed);
    expect(answer.answer.state.kind).toBe('waiting');
  });
});
