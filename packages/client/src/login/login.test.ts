import { beforeAll, describe, expect, test } from 'bun:test';
import * as opaque from '@serenity-kit/opaque';
import { NO_BINDING, type ProofLabel, proofInput, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { type DeviceKey, generateDeviceKey, importDeviceKey } from './device-key.ts';
import { loginSteps, resumeSteps } from './login.ts';
import { preparePassword } from './password.ts';
import { registerSteps } from './register.ts';
import { type ClientChannel, hashTranscript, type Send } from './steps.ts';

const CHEAP = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };

const text = (value: unknown): string => (value instanceof Uint8Array ? toBase64Url(value) : '');

/** The other side of OPAQUE for one account. `said` holds what it was sent; `lies` replace what it answers. */
function fakeServer(channel: ClientChannel, lies: Record<string, object> = {}) {
  const serverSetup = opaque.server.createSetup();
  const said: Record<string, Record<string, unknown>> = {};
  let registrationRecord: string | null = null;
  let serverLoginState = '';

  const answers: Record<string, (fields: Record<string, unknown>) => Promise<object>> = {
    async registerStart({ registrationRequest }) {
      const request = { serverSetup, userIdentifier: 'u', registrationRequest: text(registrationRequest) };
      const { registrationResponse } = opaque.server.createRegistrationResponse(request);
      return { registrationResponse: fromBase64Url(registrationResponse) };
    },
    async registerFinish(fields) {
      registrationRecord = text(fields.registrationRecord);
      return {};
    },
    async loginStart({ startRequest }) {
      const request = { serverSetup, userIdentifier: 'u', registrationRecord };
      const started = opaque.server.startLogin({ ...request, startLoginRequest: text(startRequest) });
      serverLoginState = started.serverLoginState;
      return { response: fromBase64Url(started.loginResponse) };
    },
    async loginFinish({ finishRequest, confirmation }) {
      const finishLoginRequest = text(finishRequest);
      const { sessionKey } = opaque.server.finishLogin({ serverLoginState, finishLoginRequest });
      expect(confirmation).toEqual(await hmac(sessionKey, 'sotto/1 client', channel));
      return { sessionId: 's', confirmation: await hmac(sessionKey, 'sotto/1 server', channel) };
    },
    resume: async () => ({ sessionId: 's' }),
  };
  const send = async (name: string, fields: Record<string, unknown>) => {
    said[name] = fields;
    return { ...(await answers[name]?.(fields)), ...lies[name] };
  };
  return { said, send: send as unknown as Send };
}

async function hmac(sessionKey: string, label: ProofLabel, channel: ClientChannel): Promise<Uint8Array> {
  const hash = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', fromBase64Url(sessionKey), hash, false, ['sign']);
  const covered = Uint8Array.from(proofInput(label, channel.transcriptHash, channel.binding));
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, covered));
}

async function codeOf(action: Promise<unknown>): Promise<ErrorCode | undefined> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error !== undefined && !(error instanceof SottoError)) throw error;
  return error?.code;
}

let deviceKey: DeviceKey;
let channel: ClientChannel;
beforeAll(async () => {
  await opaque.ready;
  deviceKey = await generateDeviceKey();
  channel = { transcriptHash: await hashTranscript(new Uint8Array([1, 2, 3])), binding: NO_BINDING };
});

const account = (password: string) => ({ name: 'alice', password, deviceKey, deviceName: 'a laptop' });

describe('the steps of a client (A1)', () => {
  test('[LOGIN-3] register and log in: the password never leaves, and the server is checked too', async () => {
    const { send, said } = fakeServer(channel);
    await registerSteps(send, { name: 'alice', password: 'correct horse', code: 'ABC' }, CHEAP);
    expect(said.registerStart).toMatchObject({ name: 'alice', code: 'ABC' });
    const granted = await loginSteps(send, account('correct horse'), channel, CHEAP);
    expect(granted.sessionId).toBe('s');
    const everything = Object.values(said).flatMap((fields) => Object.values(fields));
    const latin1 = everything.map((value) =>
      value instanceof Uint8Array ? String.fromCharCode(...value) : value,
    );
    expect(latin1.join()).not.toContain('correct horse');
  });

  test('[LOGIN-3] the key stretching of the specification is what both steps use', async () => {
    const { send } = fakeServer(channel);
    await registerSteps(send, { name: 'alice', password: 'p' });
    expect(await codeOf(loginSteps(send, account('p'), channel))).toBeUndefined();
    expect(await codeOf(loginSteps(send, account('p'), channel, CHEAP))).toBe(ErrorCode.LOGIN_FAILED);
  });

  test('[LOGIN-4] a wrong password and an unknown name end alike, before any proof is sent', async () => {
    for (const registered of [true, false]) {
      const { send, said } = fakeServer(channel);
      if (registered) await registerSteps(send, { name: 'alice', password: 'right' }, CHEAP);
      expect(await codeOf(loginSteps(send, account('wrong'), channel, CHEAP))).toBe(ErrorCode.LOGIN_FAILED);
      expect(said.loginFinish).toBeUndefined();
    }
  });

  test.each([[new Uint8Array(32)], [new Uint8Array(0)]])(
    '[LOGIN-5] a grant without the right confirmation is not taken',
    async (confirmation) => {
      const { send } = fakeServer(channel, { loginFinish: { confirmation } });
      await registerSteps(send, { name: 'alice', password: 'right' }, CHEAP);
      const login = loginSteps(send, account('right'), channel, CHEAP);
      expect(await codeOf(login)).toBe(ErrorCode.DOWNGRADE_DETECTED);
    },
  );

  test('[LOGIN-7] any bytes in place of an answer end with a SottoError', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ minLength: 320, maxLength: 320 }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (garbage) => {
        const lies = { registerStart: { registrationResponse: garbage }, loginStart: { response: garbage } };
        const { send } = fakeServer(channel, lies);
        // Some random bytes are two points of the curve: nothing tells them from a server's, and codeOf takes no other error.
        await codeOf(registerSteps(send, { name: 'alice', password: 'p' }, CHEAP));
        expect(await codeOf(loginSteps(send, account('p'), channel, CHEAP))).toBeDefined();
      }),
      { numRuns: 40 },
    );
  });
});

describe('device keys', () => {
  const verify = async (key: DeviceKey, signature: Uint8Array, bytes: Uint8Array) => {
    const publicKey = await crypto.subtle.importKey('raw', Uint8Array.from(key.publicKey), 'Ed25519', false, [
      'verify',
    ]);
    return crypto.subtle.verify('Ed25519', publicKey, Uint8Array.from(signature), Uint8Array.from(bytes));
  };

  test('[SESSION-2] a stored key signs as before, over this connection alone', async () => {
    const again = await importDeviceKey(await deviceKey.export());
    expect(again.publicKey).toEqual(deviceKey.publicKey);
    const { send, said } = fakeServer(channel);
    await resumeSteps(send, { token: new Uint8Array(32), generation: 3, deviceKey: again }, channel);
    expect(said.resume?.generation).toBe(3);
    const signature = said.resume?.signature;
    if (!(signature instanceof Uint8Array)) throw new Error('no signature was sent');
    expect(
      await verify(
        deviceKey,
        signature,
        proofInput('sotto/1 resume', channel.transcriptHash, channel.binding),
      ),
    ).toBe(true);
    expect(
      await verify(deviceKey, signature, proofInput('sotto/1 resume', new Uint8Array(32), channel.binding)),
    ).toBe(false);
  });

  test('a damaged key says so', async () => {
    await expect(importDeviceKey(new Uint8Array(48))).rejects.toThrow('damaged');
  });
});

describe('passwords', () => {
  test('[LOGIN-3] one password typed on two keyboards is one password', () => {
    expect(preparePassword('Zoe\u0308\u00a01')).toBe('Zo\u00eb 1');
  });

  test.each(['', 'a\u0000b', 'a\nb', '\ud800', 'x'.repeat(1_025)])('%# is refused', (password) => {
    expect(() => preparePassword(password)).toThrow(SottoError);
  });

  test('preparing again changes nothing', () => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(words, (password) => {
        const prepared = preparePassword(password);
        expect(preparePassword(prepared)).toBe(prepared);
      }),
    );
  });
});

test('base64url of any bytes comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(Uint8Array.from(bytes));
    }),
  );
});
