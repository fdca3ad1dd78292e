import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import * as opaque from '@serenity-kit/opaque';
import { SEALED_BACKUP_KEY_MAX_BYTES } from '@sotto/model';
import { NO_BINDING, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { BACKUP_KEY_BYTES, newBackupKey, openBackupKey, sealBackupKey } from './backup-key.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { confirm, confirmationKey } from './confirmation.ts';
import { type DeviceKey, generateDeviceKey } from './device-key.ts';
import { loginSteps, tokenSteps } from './login.ts';
import { changePasswordSteps, proveSteps } from './password-change.ts';
import { registerSteps } from './register.ts';
import { type ClientChannel, hashTranscript, proofBytes, type Send } from './steps.ts';

setDefaultTimeout(30_000);

const CHEAP = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };
const text = (value: unknown): string => (value instanceof Uint8Array ? toBase64Url(value) : '');

let deviceKey: DeviceKey;
let channel: ClientChannel;
beforeAll(async () => {
  await opaque.ready;
  deviceKey = await generateDeviceKey();
  channel = { transcriptHash: await hashTranscript(new Uint8Array([1, 2, 3])), binding: NO_BINDING };
});

/** What a server keeps of one account and checks of it: the record, the sealed key, and a code if it has one. */
function account(code?: string) {
  const serverSetup = opaque.server.createSetup();
  const kept = { registrationRecord: '', sealedBackupKey: new Uint8Array(0), isProved: false };
  const asked: string[] = [];
  let serverLoginState = '';
  let grant: object = {};
  const user = { serverSetup, userIdentifier: 'u' };
  const register = (request: unknown) => {
    const made = opaque.server.createRegistrationResponse({ ...user, registrationRequest: text(request) });
    return { registrationResponse: fromBase64Url(made.registrationResponse) };
  };
  const keep = async (fields: Record<string, unknown>) => {
    kept.registrationRecord = text(fields.registrationRecord);
    kept.sealedBackupKey = fields.sealedBackupKey as Uint8Array<ArrayBuffer>;
    return {};
  };
  const start = async (fields: Record<string, unknown>) => {
    const { registrationRecord } = kept;
    const startLoginRequest = text(fields.startRequest);
    const started = opaque.server.startLogin({ ...user, registrationRecord, startLoginRequest });
    serverLoginState = started.serverLoginState;
    return { response: fromBase64Url(started.loginResponse) };
  };
  const finish = async (fields: Record<string, unknown>) => {
    const finishLoginRequest = text(fields.finishRequest);
    const { sessionKey } = opaque.server.finishLogin({ serverLoginState, finishLoginRequest });
    const key = await confirmationKey(fromBase64Url(sessionKey));
    expect(fields.confirmation).toEqual(await confirm(key, channel));
    const proof = await crypto.subtle.sign('HMAC', key, proofBytes('sotto/1 server', channel));
    return { sessionId: 's', confirmation: new Uint8Array(proof) };
  };
  const answers: Record<string, (fields: Record<string, unknown>) => Promise<object>> = {
    registerStart: async ({ registrationRequest }) => register(registrationRequest),
    registerFinish: keep,
    loginStart: start,
    loginFinish: async (fields) => {
      grant = await finish(fields);
      if (code !== undefined) throw new SottoError(ErrorCode.SECOND_FACTOR_REQUIRED);
      return grant;
    },
    loginSecondFactor: async (fields) => {
      if (fields.code !== code) throw new SottoError(ErrorCode.SECOND_FACTOR_WRONG);
      return grant;
    },
    loginToken: async (fields) => ({ sessionId: String(fields.token) }),
    proveStart: start,
    proveFinish: async (fields) => {
      await finish(fields);
      kept.isProved = true;
      return {};
    },
    readSecurity: async () => ({ sealedBackupKey: kept.sealedBackupKey }),
    setPasswordStart: async ({ registrationRequest }) => register(registrationRequest),
    setPasswordFinish: keep,
  };
  const send = (async (name: string, fields: Record<string, unknown>) => {
    asked.push(name);
    return answers[name]?.(fields);
  }) as unknown as Send;
  return { send, kept, asked };
}

const who = (password: string, secondFactor?: () => Promise<string>) => ({
  name: 'alice',
  password,
  deviceKey,
  deviceName: 'a laptop',
  secondFactor,
});

describe('the backup key (A5)', () => {
  test('[BACKUP-1] A5: sealed under one key it opens with that alone, and not when anything was changed', async () => {
    const backupKey = newBackupKey();
    expect(backupKey.length).toBe(BACKUP_KEY_BYTES);
    const exportKey = crypto.getRandomValues(new Uint8Array(64));
    const sealed = await sealBackupKey(backupKey, exportKey);
    expect(sealed.length).toBeLessThanOrEqual(SEALED_BACKUP_KEY_MAX_BYTES);
    expect(await openBackupKey(sealed, exportKey)).toEqual(backupKey);
    expect(await openBackupKey(sealed, new Uint8Array(64))).toBeUndefined();
    for (const index of sealed.keys()) {
      const changed = sealed.with(index, (sealed[index] ?? 0) ^ 1);
      expect(await openBackupKey(changed, exportKey)).toBeUndefined();
    }
    expect(await sealBackupKey(backupKey, exportKey)).not.toEqual(sealed);
  });

  test('[BACKUP-1] A5: any bytes in its place are no key and no crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
        expect(await openBackupKey(bytes, new Uint8Array(64))).toBeUndefined();
        expect(await openBackupKey(Uint8Array.from([1, ...bytes]), new Uint8Array(64))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('[BACKUP-1] A5: it survives a change of the password, and the server could never open it', async () => {
    const { send, kept } = account();
    await registerSteps(send, { name: 'alice', password: 'one' }, CHEAP);
    const first = await proveSteps(send, 'one', channel, CHEAP);
    const backupKey = await openBackupKey(kept.sealedBackupKey, first);
    expect(backupKey?.length).toBe(BACKUP_KEY_BYTES);
    await changePasswordSteps(send, { password: 'two', oldExportKey: first }, CHEAP);
    expect(await openBackupKey(kept.sealedBackupKey, first)).toBeUndefined();
    const second = await proveSteps(send, 'two', channel, CHEAP);
    expect(await openBackupKey(kept.sealedBackupKey, second)).toEqual(backupKey as Uint8Array<ArrayBuffer>);
    await expect(proveSteps(send, 'one', channel, CHEAP)).rejects.toMatchObject({
      code: ErrorCode.LOGIN_FAILED,
    });
  });

  test('[BACKUP-1] A5: an account without one, or with one that does not open, has one after the change', async () => {
    for (const broken of [new Uint8Array(0), new Uint8Array(61)]) {
      const { send, kept } = account();
      await registerSteps(send, { name: 'alice', password: 'one' }, CHEAP);
      kept.sealedBackupKey = broken;
      const oldExportKey = await proveSteps(send, 'one', channel, CHEAP);
      await changePasswordSteps(send, { password: 'two', oldExportKey }, CHEAP);
      const exportKey = await proveSteps(send, 'two', channel, CHEAP);
      expect((await openBackupKey(kept.sealedBackupKey, exportKey))?.length).toBe(BACKUP_KEY_BYTES);
    }
  });
});

describe('the second factor (A8)', () => {
  test('[SECRETS-1] A8: where a code is asked for, the one given goes over the same connection', async () => {
    const { send, asked } = account('123456');
    await registerSteps(send, { name: 'alice', password: 'p' }, CHEAP);
    let times = 0;
    const code = async () => {
      times += 1;
      return '123456';
    };
    expect((await loginSteps(send, who('p', code), channel, CHEAP)).sessionId).toBe('s');
    expect(asked.slice(-3)).toEqual(['loginStart', 'loginFinish', 'loginSecondFactor']);
    expect(times).toBe(1);
  });

  test('[SECRETS-1] A8: without a code the answer is that one is needed; a wrong one is refused', async () => {
    const { send, asked } = account('123456');
    await registerSteps(send, { name: 'alice', password: 'p' }, CHEAP);
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: SottoError) => error.code,
      );
    expect(await code(loginSteps(send, who('p'), channel, CHEAP))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
    expect(asked).not.toContain('loginSecondFactor');
    const wrong = loginSteps(
      send,
      who('p', async () => '0'),
      channel,
      CHEAP,
    );
    expect(await code(wrong)).toBe(ErrorCode.SECOND_FACTOR_WRONG);
  });

  test('[SECRETS-1] A8: nobody is asked for a code where none is needed, or the password is wrong', async () => {
    const { send } = account();
    await registerSteps(send, { name: 'alice', password: 'p' }, CHEAP);
    const never = () => Promise.reject(new Error('was asked'));
    expect((await loginSteps(send, who('p', never), channel, CHEAP)).sessionId).toBe('s');
    await expect(loginSteps(send, who('q', never), channel, CHEAP)).rejects.toMatchObject({
      code: ErrorCode.LOGIN_FAILED,
    });
  });

  test('A8: a token logs in with the key of this device', async () => {
    const { send, asked } = account();
    const granted = await tokenSteps(send, { token: 'sotto_x', deviceKey, deviceName: 'bot' }, channel);
    expect(granted.sessionId).toBe('sotto_x');
    expect(asked).toEqual(['loginToken']);
  });
});
