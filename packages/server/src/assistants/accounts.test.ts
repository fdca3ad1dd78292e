/** Accounts that nobody logs in to (I1). */
import { describe, expect, test } from 'bun:test';
import { seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { ErrorCode, Registration } from '@sotto/schema';
import type { AccountsOptions } from '../accounts/accounts.ts';
import { codeHash } from '../accounts/codes.ts';
import type { AccountStore, UserRecord } from '../accounts/store.ts';
import { logIn, makeChannel, makeDevice, refusal, register, startLogin } from '../accounts/testing/client.ts';
import { makeWorld, random } from '../accounts/testing/world.ts';
import { createAdmin } from '../admin/admin.ts';
import { sha256Of } from '../digest.ts';
import { openStore } from '../storage/open.ts';
import { ensureAssistant, makeAssistant } from './accounts.ts';
import { ASSISTANT_PROMPT_MAX_CHARACTERS } from './settings.ts';

async function makeHouse(options: Partial<AccountsOptions> = {}) {
  const store = await openStore({ url: ':memory:', inThread: true, uuid: () => crypto.randomUUID() });
  const clock = new VirtualClock();
  const calls: string[] = [];
  const spy: AccountStore = new Proxy(store.accounts, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (typeof method !== 'function') return method;
      calls.push(String(property));
      return method.bind(target);
    },
  });
  const { accounts } = await makeWorld({ ...options, store: spy });
  const parts = {
    assistants: store.assistants,
    accounts: store.accounts,
    clock,
    random: seededRandom(1),
  };
  return {
    accounts,
    store,
    calls,
    parts,
    make: (name: string, own = {}) => makeAssistant(parts, name, own),
    admin: createAdmin({
      accounts: store.accounts,
      rooms: store.rooms,
      assistants: store.assistants,
      clock,
      random,
    }),
  };
}

const codeOf = async (task: Promise<unknown>) => (await refusal(task))?.code;

describe('making assistants (I1, I2)', () => {
  test('[ASSIST-1] their names are held to what names of people are, and each finds its account', async () => {
    const { accounts, store, make, parts } = await makeHouse();
    await register(accounts, 'lily', 'p');
    const names: [string, ErrorCode][] = [
      ['Lily', ErrorCode.NAME_TAKEN],
      ['1i1y', ErrorCode.NAME_TAKEN],
      ['room', ErrorCode.NAME_INVALID],
      ['deleted-7', ErrorCode.NAME_INVALID],
      ['two words', ErrorCode.NAME_INVALID],
      ['', ErrorCode.NAME_INVALID],
      ['bot\u202E', ErrorCode.NAME_INVALID],
    ];
    for (const [name, code] of names) expect([name, await codeOf(make(name))]).toEqual([name, code]);
    const helper = await make('Helper', { model: 'small' });
    expect(helper).toMatchObject({ name: 'Helper', assistant: true, owner: false, number: 2 });
    expect(await accounts.users.byName('HELPER')).toEqual(helper);
    expect(await codeOf(make('he1per'))).toBe(ErrorCode.NAME_TAKEN);
    expect(await ensureAssistant(parts, 'helper')).toEqual(helper);
    expect(await codeOf(ensureAssistant(parts, 'LILY'))).toBe(ErrorCode.NAME_TAKEN);
    expect(await ensureAssistant(parts, 'second')).toMatchObject({ name: 'second', assistant: true });
    expect((await store.assistants.assistants()).map(({ model }) => model)).toEqual(['small', undefined]);
  });

  test('[ASSIST-1] what one has of its own is bounded', async () => {
    const { make } = await makeHouse();
    for (const own of [
      { prompt: '👍'.repeat(ASSISTANT_PROMPT_MAX_CHARACTERS + 1) },
      { url: `http://${'x'.repeat(2_000)}` },
      { model: 'x'.repeat(256) },
      { keyVariable: 'X'.repeat(256) },
    ])
      expect(await codeOf(make('helper', own))).toBe(ErrorCode.ARGUMENT_INVALID);
    await make('helper', { prompt: '👍'.repeat(ASSISTANT_PROMPT_MAX_CHARACTERS) });
  });
});

describe('nobody logs in to an assistant (I1)', () => {
  test('[ASSIST-1] [LOGIN-4] its name and its UUID are answered like names that nobody has', async () => {
    const { accounts, make, calls } = await makeHouse();
    const helper = await make('helper');
    const device = await makeDevice();
    const traceOf = async (name: string) => {
      calls.length = 0;
      const { response, pending, keys } = await startLogin(accounts, name, 'x', device);
      const proof = {
        finishRequest: new Uint8Array(64),
        confirmation: new Uint8Array(32),
        deviceName: '',
      };
      const refused = await refusal(accounts.login.finish(pending, proof));
      return { bytes: response.length, calls: [...calls], keys, refused };
    };
    const nobody = await traceOf('nobody');
    expect(await traceOf('helper')).toEqual(nobody);
    expect(nobody.refused?.code).toBe(ErrorCode.LOGIN_FAILED);
    const stranger = await traceOf(crypto.randomUUID());
    expect(await traceOf(helper.uuid)).toEqual(stranger);
  });

  test('[ASSIST-1] no code and no token is made for it, and it becomes neither owner nor administrator', async () => {
    const { accounts, store, make, admin } = await makeHouse();
    const ann = await register(accounts, 'ann', 'p');
    const helper = await make('helper');
    const terms = { name: 'bot', scopes: ['read'], lifetimeMs: 0 };
    const refused = [
      admin.recover(helper, { lifetimeMs: 1_000, keepSecondFactor: false }),
      admin.token(helper, terms),
      admin.setAdministrator(helper, true),
      admin.setOwner(helper),
      accounts.administration.appoint(ann, helper, true),
    ];
    for (const task of refused)
      expect(await task.catch((error: Error) => error.message)).toContain('helper is an assistant');
    expect(await store.accounts.userByNumber(helper.number)).toEqual(helper);
    expect((await store.accounts.userByNumber(ann.number))?.owner).toBe(true);
    expect(await store.accounts.tokens(helper.number)).toEqual([]);
  });

  test('[ASSIST-1] a token or a code that storage holds for it all the same opens nothing', async () => {
    const { accounts, store, make } = await makeHouse({ registration: 'closed' });
    await register(accounts, 'ann', 'p');
    const { number: user } = await make('helper');
    const device = await makeDevice();
    const times = { createdMs: 0, expiresMs: 0 };
    const forged = { user, name: 'x', scopes: ['read'], ...times, tokenHash: sha256Of('sotto_x') };
    expect(await store.accounts.createToken(forged, 5)).toBeDefined();
    const channel = makeChannel();
    const request = {
      token: 'sotto_x',
      deviceKey: device.publicKey,
      deviceSignature: await device.sign('sotto/1 device', channel),
      deviceName: '',
    };
    expect(await codeOf(accounts.tokens.logIn(request, channel))).toBe(ErrorCode.LOGIN_FAILED);
    const code = 'ABCDE-FGHJK-MNPQR-STVWX';
    const recovery = { user, codeHash: codeHash(code), expiresMs: 1e12, keepSecondFactor: false };
    await store.accounts.createRecovery(recovery, { by: user, nowMs: 1 });
    expect(await codeOf(register(accounts, 'helper', 'mine', { code }))).toBe(ErrorCode.REGISTRATION_CLOSED);
    expect(await store.accounts.registrationRecord(user)).toHaveLength(0);
    expect(await store.accounts.sessions(user, 5)).toEqual([]);
  });
});

describe('a server that has nobody but an assistant (I1)', () => {
  test('[ASSIST-1] [ACCOUNT-2] still wants the code of its owner, who is the first person', async () => {
    const ownerCode = { code: 'ABCDE-FGH10', forget: async () => {} };
    const { accounts, make } = await makeHouse({ registration: 'closed', ownerCode });
    await make('helper');
    expect(await accounts.registration.mode()).toBe(Registration.OWNER_CODE);
    expect(await codeOf(register(accounts, 'ann', 'p'))).toBe(ErrorCode.CODE_REQUIRED);
    const ann = await register(accounts, 'ann', 'p', { code: 'abcde fghio' });
    expect(ann).toMatchObject({ number: 2, owner: true, assistant: false });
    expect(await accounts.registration.mode()).toBe(Registration.CLOSED);
    expect(await codeOf(register(accounts, 'bob', 'p'))).toBe(ErrorCode.REGISTRATION_CLOSED);
  });

  test('[ASSIST-1] [ACCOUNT-1] of two who begin as the first, one is the owner; later ones are not', async () => {
    const { accounts, make } = await makeHouse({ registration: 'open' });
    await make('helper');
    const both = await Promise.all(
      ['ann', 'bob'].map((name) => register(accounts, name, 'p').catch(() => undefined)),
    );
    expect(both.filter((user) => user?.owner)).toHaveLength(1);
    await make('second');
    expect(await register(accounts, 'cleo', 'p')).toMatchObject({ owner: false });
  });
});

test('[ASSIST-3] [DELETE-2] deleted like an account, it is gone, and its name is free for nobody', async () => {
  const { accounts, store, make, admin } = await makeHouse();
  await register(accounts, 'ann', 'p');
  const helper = await make('helper', { prompt: 'be brief' });
  await admin.suspend(helper, '');
  expect(await accounts.users.byName('helper')).toMatchObject({
    assistant: true,
    suspendedMs: expect.any(Number),
  });
  await admin.deleteAccount(helper, 'keep');
  expect(await store.assistants.assistants()).toEqual([]);
  expect(await accounts.users.byName('helper')).toBeUndefined();
  expect(await codeOf(make('helper'))).toBe(ErrorCode.NAME_TAKEN);
  expect(await codeOf(register(accounts, 'helper', 'p'))).toBe(ErrorCode.NAME_TAKEN);
  const gone = await store.accounts.userByNumber(helper.number);
  expect(gone).toMatchObject({
    name: `deleted-${helper.number}`,
    assistant: true,
  } satisfies Partial<UserRecord>);
  expect((await logIn(accounts, 'ann', 'p', await makeDevice())).user.name).toBe('ann');
});
