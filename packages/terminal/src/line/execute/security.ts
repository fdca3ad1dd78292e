import type { SecurityRequest } from '@sotto/app/commands';
import { ErrorCode, SottoError } from '@sotto/client';
import type { DeviceNumber } from '@sotto/model';
import { renderUnicodeCompact } from 'uqr';
import { LineError } from '../command.ts';
import type { Context } from '../context.ts';
import type { Reply } from '../reply.ts';
import { choosePassword, type Questions } from '../sign-in.ts';
import { errorText, personLabel } from '../text/words.ts';

export async function secure(context: Context, request: SecurityRequest): Promise<Reply> {
  const { account } = context.client;
  switch (request.kind) {
    case 'devices':
      return { kind: 'devices', devices: await account.devices() };
    case 'nameDevice':
      await account.renameDevice(request.device as DeviceNumber, request.name);
      return { kind: 'done', did: request };
    case 'revokeDevice':
      await account.revokeDevice(request.device as DeviceNumber);
      return { kind: 'done', did: request };
    case 'password':
      return changePassword(context);
    case 'totp':
      if (request.on === undefined) return { kind: 'security', report: await account.security() };
      return request.on ? totpOn(context) : totpOff(context);
    case 'tokens':
      return { kind: 'tokens', tokens: await account.tokens.list() };
    case 'createToken':
      return createToken(context, request);
    case 'revokeToken':
      await account.tokens.revoke(request.token);
      return { kind: 'done', did: request };
    case 'deleteAccount':
      return deleteAccount(context);
  }
}

/** Passwords are never arguments: they would be seen on the screen, and kept in scripts. */
export function asked({ questions }: Context): Questions {
  if (questions !== undefined) return questions;
  throw new LineError('this asks for the password, so it needs a terminal');
}

export const askPassword = (questions: Questions): Promise<string> => askFor(questions, 'Your password: ');

/** Nothing typed is how one thinks better of it. */
async function askFor(questions: Questions, question: string): Promise<string> {
  const answer = await questions.askSecret(question);
  if (answer === '') throw new LineError(NOTHING_CHANGED);
  return answer;
}

const NOTHING_CHANGED = 'nothing was changed';

async function changePassword(context: Context): Promise<Reply> {
  const questions = asked(context);
  const old = await askFor(questions, 'Old password: ');
  await context.client.account.changePassword({ old, new: await choosePassword(questions) });
  return { kind: 'done', did: { kind: 'password' } };
}

async function totpOn(context: Context): Promise<Reply> {
  const questions = asked(context);
  const { secondFactor } = context.client.account;
  const { uri, secret } = await secondFactor.enrol(await askPassword(questions));
  questions.tell([
    ...renderUnicodeCompact(uri).split('\n'),
    '* Scan this with your authenticator, or type the secret there:',
    `* ${secret}`,
  ]);
  for (let attempt = 1; ; attempt++) {
    const code = (await questions.ask('Code that it shows, or nothing to leave all as it was: ')).trim();
    if (code === '') throw new LineError(NOTHING_CHANGED);
    try {
      return { kind: 'recoveryCodes', codes: await secondFactor.confirm(code) };
    } catch (error) {
      const isWrong = error instanceof SottoError && error.code === ErrorCode.SECOND_FACTOR_WRONG;
      if (!isWrong || attempt === ATTEMPTS_MAX) throw error;
      questions.tell([`! ${errorText(error)}`]);
    }
  }
}

/** For codes that are mistyped. */
const ATTEMPTS_MAX = 3;

async function totpOff(context: Context): Promise<Reply> {
  await context.client.account.secondFactor.disable(await askPassword(asked(context)));
  return { kind: 'done', did: { kind: 'totpOff' } };
}

async function createToken(
  context: Context,
  { name, scopes, lifetimeMs }: Extract<SecurityRequest, { kind: 'createToken' }>,
): Promise<Reply> {
  const password = await askPassword(asked(context));
  const lasts = lifetimeMs === undefined ? {} : { lifetimeMs };
  const { token, ...info } = await context.client.account.tokens.create({ password, name, scopes, ...lasts });
  return { kind: 'tokenCreated', token, info };
}

async function deleteAccount(context: Context): Promise<Reply> {
  const questions = asked(context);
  const { me, account } = context.client;
  const name = me?.name ?? '';
  questions.tell(['* This deletes your account for good. Nobody can bring it back.']);
  const typed = await questions.ask(`Type ${me === undefined ? '' : personLabel(me)} to go on: `);
  if (typed.trim() !== name) throw new LineError('that is not your name; nothing was deleted');
  await account.delete(await askPassword(questions));
  return { kind: 'done', did: { kind: 'deleteAccount' } };
}
