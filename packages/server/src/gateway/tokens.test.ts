/** API tokens, their scopes, and devices. */
import { afterEach, describe, expect, test } from 'bun:test';
import { frames, type HandledName } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { SCOPES, TOKENS_MAX } from '../accounts/tokens.ts';
import { PasswordClient } from '../testing/password-client.ts';
import { createWorld, refusal, type World } from '../testing/world.ts';
import { needScope } from './scopes.ts';

let open: World | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function worldWithAlice() {
  const world = await createWorld();
  open = world;
  const alice = await PasswordClient.create(world, 'alice', 'first');
  await alice.prove('first');
  return { world, alice };
}

async function bot(world: World, token: string): Promise<PasswordClient> {
  const client = await PasswordClient.connect(world);
  await client.logInWithToken(token);
  return client;
}

describe('API tokens (A8)', () => {
  test('[TOKEN-1] a token is told once, listed without it, and at most 50 of them', async () => {
    const { alice } = await worldWithAlice();
    const { token, info } = await alice.request('createToken', {
      name: 'deploy bot',
      scopes: ['write', 'read', 'write'],
      lifetimeMs: 60_000,
    });
    expect(token).toMatch(/^sotto_[A-Za-z0-9_-]{43}$/);
    expect(info).toMatchObject({ id: 1, name: 'deploy bot', scopes: ['read', 'write'], lastUsedMs: 0 });
    expect((info?.expiresMs ?? 0) - (info?.createdMs ?? 0)).toBe(60_000);
    for (let count = 1; count < TOKENS_MAX; count++)
      await alice.request('createToken', { name: `${count}`, scopes: ['read'] });
    const more = alice.request('createToken', { name: 'more', scopes: ['read'] });
    expect(await refusal(more)).toBe(ErrorCode.LIMIT_REACHED);
    const { tokens } = await alice.request('listTokens', {});
    expect(tokens).toHaveLength(TOKENS_MAX);
    expect(JSON.stringify(tokens)).not.toContain(token);
    for (const wrong of [
      { name: '', scopes: ['read'] },
      { name: 'x'.repeat(65), scopes: ['read'] },
      { name: 'a\u202eb', scopes: ['read'] },
      { name: 'bot', scopes: [] },
      { name: 'bot', scopes: ['everything'] },
      { name: 'bot', scopes: ['read'], lifetimeMs: -1 },
      { name: 'bot', scopes: ['read'], lifetimeMs: Number.NaN },
      { name: 'bot', scopes: ['read'], lifetimeMs: Number.POSITIVE_INFINITY },
    ])
      expect(await refusal(alice.request('createToken', wrong))).toBe(ErrorCode.ARGUMENT_INVALID);
  });

  test('[TOKEN-2] it begins a session with a device of its own; one that does not hold is LOGIN_FAILED', async () => {
    const { world, alice } = await worldWithAlice();
    const { token, info } = await alice.request('createToken', { name: 'bot', scopes: ['read'] });
    const client = await PasswordClient.connect(world);
    expect(await refusal(client.logInWithToken(`${token}x`))).toBe(ErrorCode.LOGIN_FAILED);
    expect(await refusal(client.logInWithToken('x'.repeat(3_000)))).toBe(ErrorCode.LOGIN_FAILED);
    expect((await client.logInWithToken(token)).user?.name).toBe('alice');
    const { devices } = await alice.request('listDevices', {});
    expect(devices.map((device) => [device.token, device.current, device.online])).toEqual([
      [0, true, true],
      [info?.id ?? 0, false, true],
    ]);
    const [listed] = (await alice.request('listTokens', {})).tokens;
    expect(listed?.lastUsedMs).toBeGreaterThan(0);
  });

  test('[TOKEN-2] somebody else cannot sign for the device of a bot', async () => {
    const { world, alice } = await worldWithAlice();
    const { token } = await alice.request('createToken', { name: 'bot', scopes: ['read'] });
    const client = await PasswordClient.connect(world);
    const forged = client.request('loginToken', {
      token,
      deviceKey: client.device.publicKey,
      deviceSignature: await alice.sign('sotto/1 device'),
      deviceName: 'bot',
    });
    expect(await refusal(forged)).toBe(ErrorCode.DOWNGRADE_DETECTED);
  });

  test('[TOKEN-3] [LOGIN-1] wrong tokens count for the source, and end the connection; they delay no account', async () => {
    const { world, alice } = await worldWithAlice();
    const thief = await PasswordClient.connect(world);
    for (let attempt = 0; attempt < 3; attempt++)
      expect(await refusal(thief.logInWithToken('sotto_wrong'))).toBe(ErrorCode.LOGIN_FAILED);
    await world.clock.advance(5);
    expect(thief.peer.ended?.code).toBe(ErrorCode.TOO_MANY_ATTEMPTS);
    for (let attempt = 0; attempt < 60; attempt++) {
      const client = await PasswordClient.connect(world);
      await refusal(client.logInWithToken('sotto_wrong'));
      client.peer.connection.close();
    }
    const late = await PasswordClient.connect(world);
    expect(await refusal(late.logInWithToken('sotto_wrong'))).toBe(ErrorCode.THROTTLED);
    await world.clock.advance(60_000);
    const phone = await PasswordClient.connect(world);
    expect(await refusal(phone.logIn('alice', 'first'))).toBeUndefined();
    expect(await refusal(alice.request('statusRequest', {}))).toBeUndefined();
  });

  test('[TOKEN-3] [THROTTLE-4] a bot’s device is not known for guessing passwords: it waits like strangers', async () => {
    const { world, alice } = await worldWithAlice();
    const { token } = await alice.request('createToken', { name: 'bot', scopes: ['read'] });
    const guesser = await bot(world, token);
    for (let attempt = 0; attempt < 3; attempt++) {
      const stranger = await PasswordClient.connect(world);
      expect(await refusal(stranger.logIn('alice', 'wrong'))).toBe(ErrorCode.LOGIN_FAILED);
    }
    const again = await PasswordClient.connect(world, guesser.device);
    expect(await refusal(again.logIn('alice', 'wrong'))).toBe(ErrorCode.THROTTLED);
    const own = await PasswordClient.connect(world, alice.device);
    expect(await refusal(own.logIn('alice', 'first'))).toBeUndefined();
  });

  test('[TOKEN-4] its session may what its scopes name, also after Resume, and Status tells them', async () => {
    const { world, alice } = await worldWithAlice();
    const { token } = await alice.request('createToken', { name: 'bot', scopes: ['read', 'profile'] });
    const client = await PasswordClient.connect(world);
    const granted = await client.logInWithToken(token);
    const refused = async (of: PasswordClient) => [
      await refusal(of.request('listRooms', {})),
      await refusal(of.request('createRoom', { name: 'tea' })),
      await refusal(of.request('listDevices', {})),
      await refusal(of.request('createToken', { name: 'more', scopes: ['read'] })),
    ];
    const expected = [undefined, ErrorCode.SCOPE_MISSING, ErrorCode.SCOPE_MISSING, ErrorCode.SCOPE_MISSING];
    expect(await refused(client)).toEqual(expected);
    expect((await client.request('statusRequest', {})).scopes).toEqual(['read', 'profile']);
    expect((await alice.request('statusRequest', {})).scopes).toEqual([]);
    const again = await PasswordClient.connect(world, client.device);
    const signature = await again.sign('sotto/1 resume');
    await again.request('resume', { token: granted.token, signature, generation: 0 });
    expect(await refused(again)).toEqual(expected);
    await expect(again.request('createRoom', { name: 'tea' })).rejects.toMatchObject({ detail: 'rooms' });
  });

  test('[TOKEN-4] every request needs a scope of which there is one, or none, or a password', () => {
    const names = (Object.keys(frames) as (keyof typeof frames)[]).filter(
      (name) => frames[name].from === 'client' && name !== 'hello',
    ) as HandledName[];
    const answers = names.map((name) => {
      const fitting = SCOPES.filter((scope) => refusedFor(name, [scope]) === undefined);
      expect(refusedFor(name, undefined)).toBeUndefined();
      return fitting.length;
    });
    expect([...new Set(answers)].toSorted()).toEqual([0, 1, SCOPES.length]);
    const forPasswords = names.filter((name) => refusedFor(name, SCOPES) !== undefined);
    expect(forPasswords).toContain('deleteAccount');
    expect(forPasswords).toContain('administerUser');
    expect(forPasswords).not.toContain('logout');
  });

  test('[TOKEN-5] [DEVICE-3] its sessions end with it, at once when it is revoked, soon when it expires', async () => {
    const { world, alice } = await worldWithAlice();
    const first = await alice.request('createToken', { name: 'one', scopes: ['read'] });
    const second = await alice.request('createToken', { name: 'two', scopes: ['read'], lifetimeMs: 30_000 });
    const [one, two] = [await bot(world, first.token), await bot(world, second.token)];
    await alice.request('revokeToken', { id: first.info?.id ?? 0 });
    await world.clock.advance(5);
    expect(one.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    expect(await refusal(alice.request('revokeToken', { id: first.info?.id ?? 0 }))).toBe(
      ErrorCode.NOT_FOUND,
    );
    expect(two.peer.ended).toBeUndefined();
    await world.clock.advance(42_000);
    expect(two.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    const late = await PasswordClient.connect(world);
    for (const { token } of [first, second])
      expect(await refusal(late.logInWithToken(token))).toBe(ErrorCode.LOGIN_FAILED);
    expect((await alice.request('listTokens', {})).tokens).toEqual([]);
  });

  test('[PASSWORD-1] a token stays good when the password changes, its sessions end', async () => {
    const { world, alice } = await worldWithAlice();
    const { token } = await alice.request('createToken', { name: 'bot', scopes: ['read'] });
    const client = await bot(world, token);
    await alice.setPassword('second');
    await world.clock.advance(5);
    expect(client.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    expect(await bot(world, token)).toBeInstanceOf(PasswordClient);
  });
});

describe('devices (A5)', () => {
  test('[DEVICE-1] [DEVICE-2] [DEVICE-3] they are listed, renamed and revoked by their user alone', async () => {
    const { world, alice } = await worldWithAlice();
    const phone = await PasswordClient.connect(world);
    const { device } = await phone.logIn('alice', 'first');
    const bob = await PasswordClient.create(world, 'bob', 'p');
    for (const number of [device, 0, 4_000_000_000]) {
      expect(await refusal(bob.request('renameDevice', { number, name: 'mine' }))).toBe(ErrorCode.NOT_FOUND);
      expect(await refusal(bob.request('revokeDevice', { number }))).toBe(ErrorCode.NOT_FOUND);
    }
    for (const name of ['', ' ', 'x'.repeat(65), 'a\u0007'])
      expect(await refusal(alice.request('renameDevice', { number: device, name }))).toBe(
        ErrorCode.ARGUMENT_INVALID,
      );
    await alice.request('renameDevice', { number: device, name: 'old phone' });
    const { devices } = await alice.request('listDevices', {});
    expect(devices).toMatchObject([
      { number: device, name: 'old phone', agent: 'peer', online: true, current: false, token: 0 },
      { name: 'a laptop', online: true, current: true },
    ]);
    await alice.request('revokeDevice', { number: device });
    await world.clock.advance(5);
    expect(phone.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    expect((await alice.request('listDevices', {})).devices).toHaveLength(1);
  });
});

function refusedFor(name: HandledName, scopes: readonly string[] | undefined): string | undefined {
  try {
    needScope(name, scopes);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
