import {
  type ClientEvent,
  ErrorCode,
  NotConnected,
  type Person,
  type SottoClient,
  SottoError,
} from '@sotto/client';
import { errorText } from './text/words.ts';

/** Somebody who can be asked. */
export interface Questions {
  ask(question: string): Promise<string>;
  /** What is typed is not shown. */
  askSecret(question: string): Promise<string>;
  tell(lines: readonly string[]): void;
}

export interface SignIn {
  client: SottoClient;
  name: string;
  /** Undefined where it was not given: then it is asked for, if there is somebody to ask. */
  password: string | undefined;
  /** An API token: logs a program in without a password. */
  token?: string | undefined;
  /** Of the authenticator, or a recovery code; asked for where it is needed and there is somebody to ask. */
  code?: string | undefined;
  questions: Questions | undefined;
  signal: AbortSignal;
}

/** There is no session to go on with, no password, and nobody to ask. */
export class PasswordNeeded extends Error {
  override readonly name = 'PasswordNeeded';
}

/** As the server counts logins, per connection. */
const ATTEMPTS_MAX = 3;

/** Goes on with the session that is kept here; else logs in, or registers and logs in. */
export async function signIn(options: SignIn): Promise<Person> {
  const { client, name, password, token, questions, signal } = options;
  const resumed = await resumeAtOnce(client, signal);
  if (resumed !== undefined) return resumed;
  if (token !== undefined) return client.loginWithToken(token, signal);
  if (password !== undefined) return logInWith(options, password);
  if (questions === undefined)
    throw new PasswordNeeded(`there is no session of ${name} here to go on with, so a password is needed`);
  const answer = await questions.ask(`Log in as ${name}, or register? [L/r] `);
  return /^r/i.test(answer.trim()) ? registerAndLogIn(options, questions) : logIn(options, questions);
}

/**
 * Goes on with the session that is kept here, if there is one. The SDK would try for ever; somebody who has just
 * started a program wants to hear that the server does not answer: rejects with NotConnected.
 */
export async function resumeAtOnce(client: SottoClient, signal: AbortSignal): Promise<Person | undefined> {
  const started = new AbortController();
  const giveUp = new AbortController();
  const watching = watchForOffline(client, started.signal, (reason) =>
    giveUp.abort(new NotConnected(reason)),
  );
  try {
    return await client.resume(AbortSignal.any([signal, giveUp.signal]));
  } finally {
    started.abort();
    await watching;
  }
}

/**
 * What happened since before signing in, without the end of a session that was kept here and is no more: another one was
 * begun after it.
 */
export async function* sinceSignIn(
  client: SottoClient,
  events: AsyncIterable<ClientEvent>,
): AsyncGenerator<ClientEvent> {
  for await (const event of events) {
    const isOldEnd =
      event.kind === 'connection' && event.state.kind === 'stopped' && client.status.kind !== 'stopped';
    if (!isOldEnd) yield event;
  }
}

async function watchForOffline(
  client: SottoClient,
  signal: AbortSignal,
  offline: (reason: string) => void,
): Promise<void> {
  for await (const event of client.events(signal))
    if (event.kind === 'connection' && event.state.kind === 'offline') return offline(event.state.reason);
}

async function logIn(options: SignIn, questions: Questions): Promise<Person> {
  for (let attempt = 1; ; attempt++) {
    const password = await questions.askSecret(`Password of ${options.name}: `);
    try {
      return await logInWith(options, password);
    } catch (error) {
      if (!isRefused(error, ErrorCode.LOGIN_FAILED) || attempt === ATTEMPTS_MAX) throw error;
      questions.tell([errorText(error)]);
    }
  }
}

const CODE_QUESTION = 'Code of your authenticator, or a recovery code: ';

/** Asks for the second factor's code where the account wants one and it was not given, and again when it is mistyped. */
async function logInWith(
  { client, name, code, questions, signal }: SignIn,
  password: string,
): Promise<Person> {
  if (code !== undefined) return client.login({ name, password, code }, signal);
  if (questions === undefined) return client.login({ name, password }, signal);
  const secondFactor = async () => (await questions.ask(CODE_QUESTION)).trim();
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.login({ name, password, secondFactor }, signal);
    } catch (error) {
      if (await waitedOut(error, questions, signal)) continue;
      if (!isRefused(error, ErrorCode.SECOND_FACTOR_WRONG) || attempt === ATTEMPTS_MAX) throw error;
      questions.tell([errorText(error)]);
    }
  }
}

/** Whoever mistyped a few times waits a moment, and need not start again; the server makes it longer each time. */
const WAIT_MAX_MS = 10_000;

async function waitedOut(error: unknown, questions: Questions, signal: AbortSignal): Promise<boolean> {
  if (!(error instanceof SottoError) || error.code !== ErrorCode.THROTTLED) return false;
  if (error.retryAfterMs > WAIT_MAX_MS) return false;
  questions.tell([errorText(error)]);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, error.retryAfterMs);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  return !signal.aborted;
}

async function registerAndLogIn({ client, name, signal }: SignIn, questions: Questions): Promise<Person> {
  const password = await choosePassword(questions);
  await register({ client, account: { name, password }, questions, signal });
  return client.login({ name, password }, signal);
}

/** Asks for the code where the server wants one, and again when it is mistyped: the password need not be chosen anew. */
export async function register(options: {
  client: SottoClient;
  account: { name: string; password: string; code?: string };
  questions: Questions | undefined;
  signal: AbortSignal;
}): Promise<void> {
  const { client, questions, signal } = options;
  let { account } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.register(account, signal);
    } catch (error) {
      const askForCode = isRefused(error, ErrorCode.CODE_REQUIRED) && attempt <= ATTEMPTS_MAX;
      if (!askForCode || questions === undefined) throw error;
      questions.tell([account.code === undefined ? CODE_NEEDED : CODE_WRONG]);
      account = { ...account, code: (await questions.ask('Code: ')).trim() };
    }
  }
}

const CODE_NEEDED = "Registering here needs an invite code, or the owner's code that the server printed.";
const CODE_WRONG = 'This code is not valid here. Check it and type it again.';

/** Typed twice, since nobody sees it. */
export async function choosePassword(questions: Questions): Promise<string> {
  for (;;) {
    const password = await questions.askSecret('New password: ');
    if (password === '') questions.tell(['The password is empty; choose another one.']);
    else if (password === (await questions.askSecret('Once more: '))) return password;
    else questions.tell(['They differ; choose again.']);
  }
}

const isRefused = (error: unknown, code: ErrorCode): boolean =>
  error instanceof SottoError && error.code === code;
