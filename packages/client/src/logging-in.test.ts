import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import * as opaque from '@serenity-kit/opaque';
import { LOBBY } from '@sotto/model';
import { type Binding, NO_BINDING, type Request, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Route } from './environment.ts';
import { fromBase64Url, toBase64Url } from './login/base64url.ts';
import { hashTranscript } from './login/index.ts';
import { proofBytes } from './login/steps.ts';
import { MemoryStore } from './stores/memory.ts';
import { ALICE, FakeServer } from './testing/fake-server.ts';
import { within as settledWithin, startClient } from './testing/harness.ts';
import { VirtualTime } from './testing/virtual-time.ts';

setDefaultTimeout(30_000);
beforeAll(() => opaque.ready);

const ACCOUNT = { name: 'alice', password: 'right' };

/** Lets the fake server register and log in as a real one does; with a code, it asks for that as well. */
function teachOpaque(server: FakeServer, code?: string): Route {
  const { route } = server;
  let binding: Binding = NO_BINDING;
  const serverSetup = opaque.server.createSetup();
  const userIdentifier = 'u';
  let registrationRecord = '';
  let serverLoginState = '';
  let granted: object = {};
  const session = () => ({
    sessionId: 'session',
    token: new TextEncoder().encode(server.token),
    user: server.user(ALICE),
    generation: server.generation,
    logIncarnation: server.log,
    rooms: [...server.rooms.values()].map((room) => server.membership(room)),
  });
  const answer = async (request: Request, from = server.last) => {
    const reply = (fields: object) =>
      from.send(from.session.answer(request as never, fields as never, server.now));
    const grant = () => {
      reply(granted);
      from.isGranted = true;
      from.session.granted();
    };
    const refuse = (reason: ErrorCode) => from.send(from.session.refuse(request, new SottoError(reason)));
    switch (request.name) {
      case 'registerStart': {
        const registrationRequest = toBase64Url(request.message.registrationRequest);
        const asked = { serverSetup, userIdentifier, registrationRequest };
        const { registrationResponse } = opaque.server.createRegistrationResponse(asked);
        return reply({ registrationResponse: fromBase64Url(registrationResponse) });
      }
      case 'registerFinish':
        registrationRecord = toBase64Url(request.message.registrationRecord);
        return reply({});
      case 'loginStart': {
        const startLoginRequest = toBase64Url(request.message.startRequest);
        const asked = { serverSetup, userIdentifier, registrationRecord, startLoginRequest };
        const started = opaque.server.startLogin(asked);
        serverLoginState = started.serverLoginState;
        return reply({ response: fromBase64Url(started.loginResponse) });
      }
      case 'loginFinish': {
        const finishLoginRequest = toBase64Url(request.message.finishRequest);
        const { sessionKey } = opaque.server.finishLogin({ serverLoginState, finishLoginRequest });
        const channel = {
          transcriptHash: await hashTranscript(from.session.transcript),
          binding,
        };
        const hash = { name: 'HMAC', hash: 'SHA-256' };
        const key = await crypto.subtle.importKey('raw', fromBase64Url(sessionKey), hash, false, ['sign']);
        const proof = await crypto.subtle.sign('HMAC', key, proofBytes('sotto/1 server', channel));
        granted = { ...session(), confirmation: new Uint8Array(proof) };
        if (code === undefined) return grant();
        return refuse(ErrorCode.SECOND_FACTOR_REQUIRED);
      }
      case 'loginSecondFactor':
        return request.message.code === code ? grant() : refuse(ErrorCode.SECOND_FACTOR_WRONG);
      case 'loginToken':
        granted = session();
        return grant();
    }
  };
  server.trouble = (request) => {
    if (!/^(register|login)/.test(request.name)) return undefined;
    void answer(request);
    return 'silence';
  };
  const dial: Route['dial'] = (options) =>
    route.dial({
      ...options,
      events: (connection) => {
        binding = connection.binding;
        return options.events(connection);
      },
    });
  return { ...route, dial };
}

async function registered(code?: string) {
  const time = new VirtualTime();
  const server = new FakeServer(time);
  const route = teachOpaque(server, code);
  const store = new MemoryStore();
  const client = await startClient({ time, server, store }, time, [route]);
  await within(time, client.register(ACCOUNT));
  return { time, server, store, client };
}

/** Virtual and real time pass together: the stretching of the password takes real time. */
async function passUntil(time: VirtualTime, condition: () => boolean): Promise<void> {
  while (!condition()) {
    await time.advance(1);
    await new Promise((next) => setTimeout(next, 1));
  }
}

const within = <T>(time: VirtualTime, promise: Promise<T>): Promise<T> =>
  settledWithin(time, promise, (isDone) => passUntil(time, isDone));

async function pass(time: VirtualTime, ms: number): Promise<void> {
  const end = time.now() + ms;
  await passUntil(time, () => time.now() >= end);
}

const openAt = (server: FakeServer): number => server.connections.filter(({ open }) => open).length;

describe('logging in (T11, T13)', () => {
  test('[RECONNECT-1] a client is logged in once: a second login or resume meanwhile is refused', async () => {
    const { time, server, client } = await registered();
    const first = client.login(ACCOUNT);
    await expect(client.login(ACCOUNT)).rejects.toThrow('already');
    await expect(client.resume()).rejects.toThrow('already');
    expect((await within(time, first)).name).toBe('alice');
    expect(openAt(server)).toBe(1);
    await within(time, client.send(LOBBY, 'one'));
    await client.close();
    await pass(time, 100);
    expect(openAt(server)).toBe(0);
  });

  test('[RECONNECT-4] a store that does not keep the session leaves no connection behind', async () => {
    const { time, server, store, client } = await registered();
    store.saveSession = () => Promise.reject(new Error('disk full'));
    await expect(within(time, client.login(ACCOUNT))).rejects.toThrow('disk full');
    await pass(time, 100);
    expect(openAt(server)).toBe(0);
    await client.close();
  });

  test('[RECONNECT-4] a client that is closed, or called off, while its session is stored leaves no connection behind', async () => {
    for (const how of ['close', 'abort'] as const) {
      const { time, server, store, client } = await registered();
      const abort = new AbortController();
      const saveSession = store.saveSession.bind(store);
      store.saveSession = async (session) => {
        if (how === 'close') await client.close();
        else abort.abort(new Error('enough'));
        return saveSession(session);
      };
      await expect(within(time, client.login(ACCOUNT, abort.signal))).rejects.toThrow();
      await pass(time, 100);
      expect(openAt(server)).toBe(0);
      await client.close();
      expect(time.pending).toBe(0);
    }
  });

  test('[RECONNECT-4] a resume that is called off before it begins does nothing', async () => {
    const { time, server, client } = await registered();
    await within(time, client.login(ACCOUNT));
    server.last.close(new SottoError(ErrorCode.SESSION_TAKEN_OVER));
    await passUntil(time, () => client.status.kind === 'stopped');
    const before = server.connections.length;
    await expect(within(time, client.resume(AbortSignal.abort(new Error('enough'))))).rejects.toThrow(
      'enough',
    );
    expect(server.connections.length).toBe(before);
    await client.close();
  });

  test('[SECRETS-1] A8: a login that needs a code says so; the next one gives it, on the same connection', async () => {
    const { time, server, client } = await registered('123456');
    await expect(within(time, client.login(ACCOUNT))).rejects.toMatchObject({
      code: ErrorCode.SECOND_FACTOR_REQUIRED,
    });
    const wrong = client.login({ ...ACCOUNT, code: '000000' });
    await expect(within(time, wrong)).rejects.toMatchObject({ code: ErrorCode.SECOND_FACTOR_WRONG });
    expect((await within(time, client.login({ ...ACCOUNT, code: '123456' }))).name).toBe('alice');
    expect(server.connections.length).toBe(1);
    await client.close();
  });

  test('[SECRETS-1] A8: calling the login off ends the asking for a code, and leaves no connection', async () => {
    const { time, server, client } = await registered('123456');
    const abort = new AbortController();
    const secondFactor = () => {
      abort.abort(new Error('enough'));
      return new Promise<string>(() => {});
    };
    await expect(within(time, client.login({ ...ACCOUNT, secondFactor }, abort.signal))).rejects.toThrow(
      'enough',
    );
    await pass(time, 100);
    expect(openAt(server)).toBe(0);
    await client.close();
  });

  test('A8: a program logs in with a token, without a password', async () => {
    const { time, server, client } = await registered();
    expect((await within(time, client.loginWithToken('sotto_x'))).name).toBe('alice');
    const [asked] = server.named('loginToken');
    expect(asked?.token).toBe('sotto_x');
    expect(asked?.deviceKey).toHaveLength(32);
    expect(server.named('loginStart')).toEqual([]);
    await client.close();
  });
});
