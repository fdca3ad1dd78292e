import { afterAll, describe, expect, test } from 'bun:test';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as opaque from '@serenity-kit/opaque';
import { SERVER_SENDER } from '@sotto/model';
import { ErrorCode, Registration } from '@sotto/schema';
import fc from 'fast-check';
import { DEMO_USERS, ensureDemoUsers } from './demo.ts';
import { settleDemoMark } from './demo-mark.ts';
import { loadOwnerCode } from './owner-code.ts';
import { loadSecret } from './secret.ts';
import {
  CHEAP_STRETCHING,
  decode,
  logIn,
  makeDevice,
  refusal,
  register,
  startLogin,
} from './testing/client.ts';
import { makeWorld, random } from './testing/world.ts';

const HOUR_MS = 3_600_000;
const ownerCode = (code: string) => {
  const state = { code, forgotten: 0, forget: async () => void state.forgotten++ };
  return state;
};

describe('who may make an account (A6)', () => {
  test('[ACCOUNT-1] the first account is the owner whatever the policy, and no other is', async () => {
    const { accounts } = await makeWorld({ registration: 'closed' });
    expect(await accounts.registration.mode()).toBe(Registration.OPEN);
    expect(await register(accounts, 'alice', 'a')).toMatchObject({ number: 1, owner: true });
    expect(await accounts.registration.mode()).toBe(Registration.CLOSED);
    expect((await refusal(register(accounts, 'bob', 'b')))?.code).toBe(ErrorCode.REGISTRATION_CLOSED);
  });

  test('[ACCOUNT-2] beyond loopback the first account needs the code that serve printed', async () => {
    const code = ownerCode('ABCDE-FGH10');
    const { accounts } = await makeWorld({ ownerCode: code });
    expect(await accounts.registration.mode()).toBe(Registration.OWNER_CODE);
    for (const wrong of ['', 'ABCDE-FGH11']) {
      expect((await refusal(register(accounts, 'eve', 'e', { code: wrong })))?.code).toBe(
        ErrorCode.CODE_REQUIRED,
      );
    }
    expect(code.forgotten).toBe(0);
    expect((await register(accounts, 'alice', 'a', { code: 'abcde fghio' })).owner).toBe(true);
    expect(code.forgotten).toBe(1);
    expect((await register(accounts, 'bob', 'b')).owner).toBe(false);
  });

  test('[ACCOUNT-2] of two that start as the first, one becomes the owner and the other starts again', async () => {
    const { accounts } = await makeWorld({ registration: 'closed' });
    const results = await Promise.allSettled([
      register(accounts, 'alice', 'a'),
      register(accounts, 'bob', 'b'),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('[ACCOUNT-3] an invite code lets in as many as it says, until it expires', async () => {
    const { accounts, clock } = await makeWorld({ registration: 'invite' });
    await register(accounts, 'alice', 'a');
    expect(await accounts.registration.mode()).toBe(Registration.INVITE);
    const by = SERVER_SENDER;
    const code = await accounts.invites.create({ uses: 2, lifetimeMs: HOUR_MS }, by);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
    await register(accounts, 'bob', 'b', { code });
    await register(accounts, 'cam', 'c', { code: code.toLowerCase().replaceAll('-', ' ') });
    const late = await accounts.invites.create({ uses: 1, lifetimeMs: HOUR_MS }, by);
    await clock.advance(HOUR_MS);
    for (const invalid of [code, late, '', 'nonsense']) {
      expect((await refusal(register(accounts, 'dora', 'd', { code: invalid })))?.code).toBe(
        ErrorCode.CODE_REQUIRED,
      );
    }
    expect((await refusal(accounts.invites.create({ uses: 0, lifetimeMs: 1 }, by)))?.code).toBe(
      ErrorCode.ARGUMENT_INVALID,
    );
  });
});

describe('names and records', () => {
  test('[NAME-4] nobody is called like what means something already, or like what looks so', async () => {
    const { accounts } = await makeWorld();
    for (const name of ['room', 'R00M', 'server', 'ѕerver', 'deleted-7', 'deIeted-7', 'de1eted-l0'])
      expect((await refusal(register(accounts, name, 'x')))?.code, name).toBe(ErrorCode.NAME_INVALID);
    for (const name of ['roomie', 'deleted', 'deleted-x'])
      expect((await register(accounts, name, 'x')).name).toBe(name);
  });

  test('[ACCOUNT-4] [NAME-3] a name that is taken, or looks like one, is refused; so is an invalid one', async () => {
    const { accounts } = await makeWorld();
    await register(accounts, 'Alice', 'a');
    for (const name of ['alice', 'ALICE', 'aIice', '\u0430lice']) {
      expect((await refusal(register(accounts, name, 'x')))?.code).toBe(ErrorCode.NAME_TAKEN);
    }
    expect((await refusal(register(accounts, '42', 'x')))?.code).toBe(ErrorCode.NAME_INVALID);
  });

  test('[ACCOUNT-4] of two that register one name at the same time, one gets it', async () => {
    const { accounts } = await makeWorld();
    await register(accounts, 'first', 'f');
    const results = await Promise.allSettled([
      register(accounts, 'bob', '1'),
      register(accounts, 'BOB', '2'),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('[ACCOUNT-5] [THROTTLE-5] registering counts against the source, for good', async () => {
    const { accounts } = await makeWorld();
    const attempt = (source: string) => refusal(register(accounts, 'alice', 'a', { source }));
    for (let times = 0; times < 60; times++) await attempt('192.0.2.1');
    expect(await attempt('192.0.2.1')).toEqual({ code: ErrorCode.THROTTLED, retryAfterMs: 1_000 });
    expect((await attempt('192.0.2.2'))?.code).toBe(ErrorCode.NAME_TAKEN);
  });

  const bytes = (length: number) =>
    fc.oneof(fc.uint8Array({ minLength: length, maxLength: length }), fc.uint8Array({ maxLength: 300 }));

  test('[ACCOUNT-6] step 1 ends with a reply or a SottoError', async () => {
    const { accounts } = await makeWorld();
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 40 }), bytes(32), async (text, request) => {
        const start = { name: text, registrationRequest: request, code: text };
        await refusal(accounts.registration.start(start, text));
      }),
      { numRuns: 200 },
    );
  });

  test('[ACCOUNT-6] step 2 stores no record that a log-in could not be evaluated with', async () => {
    const { accounts } = await makeWorld();
    const request = decode(opaque.client.startRegistration({ password: 'x' }).registrationRequest);
    const { pending } = await accounts.registration.startTrusted('mallory', request);
    const device = await makeDevice();
    await fc.assert(
      fc.asyncProperty(bytes(192), async (record) => {
        const refused = await refusal(accounts.registration.finish(pending, record));
        // One random record in sixteen has a valid point; such an account has no password that anyone knows.
        if (refused === undefined) await startLogin(accounts, 'mallory', 'x', device);
        else expect([ErrorCode.ARGUMENT_INVALID, ErrorCode.NAME_TAKEN]).toContain(refused.code);
      }),
      { numRuns: 200 },
    );
  });
});

test('[ACCOUNT-8] demo accounts are made once, and their passwords work (A7)', async () => {
  const world = await makeWorld({ registration: 'closed' });
  await ensureDemoUsers(world.accounts, CHEAP_STRETCHING);
  const { accounts } = await world.restart();
  await ensureDemoUsers(accounts, CHEAP_STRETCHING);
  expect(await world.store.userCount()).toBe(3);
  const device = await makeDevice();
  for (const [at, { name, password }] of DEMO_USERS.entries()) {
    expect((await logIn(accounts, name, password, device)).user).toMatchObject({
      number: at + 1,
      owner: at === 0,
    });
  }
});

describe('files beside the database', () => {
  const made: string[] = [];
  afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true }))));
  const directory = async () => {
    const path = await mkdtemp(join(tmpdir(), 'sotto-accounts-'));
    made.push(path);
    return path;
  };

  test('[ACCOUNT-7] the secret is made once, private, and read again', async () => {
    const path = await directory();
    const both = await Promise.all([loadSecret(path, false), loadSecret(path, false)]);
    expect(await loadSecret(path, true)).toBe(both[0]);
    expect(both[1]).toBe(both[0]);
    expect((await stat(join(path, 'login-secret'))).mode & 0o777).toBe(0o600);
  });

  test('[ACCOUNT-7] a secret that is lost, damaged or readable by others stops the start', async () => {
    const path = await directory();
    const file = join(path, 'login-secret');
    await expect(loadSecret(path, true)).rejects.toThrow(/is missing.*Restore/);
    await writeFile(file, 'garbage\n', { mode: 0o600 });
    await expect(loadSecret(path, true)).rejects.toThrow(/is damaged.*Restore/);
    await chmod(file, 0o640);
    await expect(loadSecret(path, true)).rejects.toThrow(`chmod 600 ${file}`);
  });

  test("[ACCOUNT-2] the owner's code stays the same over restarts until it is used", async () => {
    const path = await directory();
    const first = await loadOwnerCode(path, random);
    expect((await loadOwnerCode(path, random)).code).toBe(first.code);
    expect((await readFile(join(path, 'owner-code'), 'utf8')).trim()).toBe(first.code);
    await first.forget();
    await first.forget();
    expect((await loadOwnerCode(path, random)).code).not.toBe(first.code);
  });

  test('[ACCOUNT-8] a directory is served with --demo always or never (A7)', async () => {
    const settle = (path: string, demo: boolean, accountsExist: boolean) =>
      settleDemoMark(path, { demo, accountsExist });
    const [demo, real] = [await directory(), await directory()];
    await settle(demo, true, false);
    await settle(demo, true, true);
    const refused = new RegExp(`^${demo} was made by --demo.*serve it with --demo`);
    await expect(settle(demo, false, true)).rejects.toThrow(refused);
    await expect(settle(demo, false, false)).rejects.toThrow(refused);
    await settle(real, false, false);
    await settle(real, false, true);
    await expect(settle(real, true, true)).rejects.toThrow(
      new RegExp(`^${real} has accounts.*leave out --demo`),
    );
    await settle(real, false, true);
  });

  test('a directory that is missing is an error', async () => {
    const path = await directory();
    await mkdir(join(path, 'inner'));
    await expect(loadSecret(join(path, 'absent'), false)).rejects.toThrow('ENOENT');
  });
});
