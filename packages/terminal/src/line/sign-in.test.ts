import { describe, expect, test } from 'bun:test';
import { ErrorCode, SottoError } from '@sotto/client';
import { ALICE, FakeClient } from '../testing/fake-client.ts';
import { PasswordNeeded, type Questions, signIn, sinceSignIn } from './sign-in.ts';

const { signal } = new AbortController();

/** Answers in order; what was asked and told is kept. */
function answering(...answers: string[]): Questions & { said: string[] } {
  const said: string[] = [];
  const ask = async (question: string) => {
    said.push(question.trim());
    return answers.shift() ?? '';
  };
  return { said, ask, askSecret: ask, tell: (lines) => said.push(...lines) };
}

const attempt = (client: FakeClient, password?: string, questions?: Questions) =>
  signIn({ client, name: 'alice', password, questions, signal });

describe('signing in (C3, A1)', () => {
  test('C3 T12: a kept session needs no password', async () => {
    const client = new FakeClient();
    client.resume = async () => ALICE;
    expect(await attempt(client)).toBe(ALICE);
    expect(client.calls).toEqual([]);
  });

  test('C3: a given password logs in without asking', async () => {
    const client = new FakeClient();
    const questions = answering();
    expect(await attempt(client, 'right', questions)).toBe(ALICE);
    expect(questions.said).toEqual([]);
  });

  test('C3: with neither session nor password nor anybody to ask, it says what is missing', async () => {
    expect(attempt(new FakeClient())).rejects.toBeInstanceOf(PasswordNeeded);
  });

  test('A2: a wrong password may be typed again, three times in all', async () => {
    const questions = answering('', 'wrong', 'right');
    expect(await attempt(new FakeClient(), undefined, questions)).toBe(ALICE);
    const client = new FakeClient();
    const failing = attempt(client, undefined, answering('l', 'wrong', 'wrong', 'wrong', 'right'));
    expect(failing).rejects.toMatchObject({ code: ErrorCode.LOGIN_FAILED });
    await failing.catch(() => {});
    expect(client.calls.filter((call) => call === 'login alice')).toHaveLength(3);
  });

  test('A8: the code of the second factor is asked for, and again when it is mistyped, without the password', async () => {
    const client = new FakeClient();
    client.secondFactor = '123456';
    const questions = answering('l', 'right', '111111', ' 123456 ');
    expect(await attempt(client, undefined, questions)).toBe(ALICE);
    expect(questions.said.filter((line) => line.startsWith('Password'))).toHaveLength(1);
    expect(questions.said.filter((line) => line.startsWith('Code of'))).toHaveLength(2);
  });

  test('C3 A8: whom the server makes wait a moment goes on by itself; a long wait ends it', async () => {
    const client = new FakeClient();
    const login = client.login.bind(client);
    let waitMs = 1;
    client.login = async (...words) => {
      if (waitMs === 0) return login(...words);
      const error = new SottoError(ErrorCode.THROTTLED, '', waitMs);
      waitMs = 0;
      throw error;
    };
    const questions = answering('l', 'right');
    expect(await attempt(client, undefined, questions)).toBe(ALICE);
    expect(questions.said.filter((line) => line.startsWith('Password'))).toHaveLength(1);
    waitMs = 60_000;
    await expect(attempt(client, undefined, answering('l', 'right'))).rejects.toMatchObject({
      code: ErrorCode.THROTTLED,
    });
  });

  test('A8: a code that is given is used; without one and without anybody to ask, the login says what is missing', async () => {
    const client = new FakeClient();
    client.secondFactor = '123456';
    const given = { client, name: 'alice', password: 'right', questions: undefined, signal };
    expect(await signIn({ ...given, code: '123456' })).toBe(ALICE);
    expect(signIn(given)).rejects.toMatchObject({ code: ErrorCode.SECOND_FACTOR_REQUIRED });
    expect(signIn({ ...given, code: '0' })).rejects.toMatchObject({ code: ErrorCode.SECOND_FACTOR_WRONG });
  });

  test('A8: a program logs in with its token, and needs no password', async () => {
    const client = new FakeClient();
    const token = {
      client,
      name: 'alice',
      password: undefined,
      token: 'sotto_x',
      questions: undefined,
      signal,
    };
    expect(await signIn(token)).toBe(ALICE);
    expect(client.calls).toEqual(['resume', 'loginWithToken sotto_x']);
  });

  test('A5: the end of an earlier session does not end the one that was begun after it', async () => {
    const client = new FakeClient();
    const reason = new SottoError(ErrorCode.SESSION_REVOKED);
    const ended = { kind: 'connection', state: { kind: 'stopped', reason } } as const;
    const leave = new AbortController();
    client.push(ended, { kind: 'logReplaced' });
    const events = sinceSignIn(client, client.events(leave.signal));
    expect((await events.next()).value).toEqual({ kind: 'logReplaced' });
    client.status = ended.state;
    client.push(ended);
    expect((await events.next()).value).toEqual(ended);
    leave.abort();
  });

  test('A6: registering asks twice for the password, and for a code where the server wants one', async () => {
    const client = new FakeClient();
    client.register = async ({ name, code }) => {
      client.calls.push(`register ${name} ${code}`);
      if (code !== 'the-code') throw new SottoError(ErrorCode.CODE_REQUIRED);
    };
    const answers = answering('r', 'right', 'wrong', '', 'right', 'right', 'teh-code', 'the-code ');
    await attempt(client, undefined, answers);
    expect(client.calls).toEqual([
      'resume',
      'register alice undefined',
      'register alice teh-code',
      'register alice the-code',
      'login alice',
    ]);
  });
});
