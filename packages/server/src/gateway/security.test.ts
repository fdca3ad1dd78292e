/** Passwords, the second factor and tokens through the gateway, with a client's own OPAQUE. */
import { afterEach, describe, expect, test } from 'bun:test';
import { PROOF_HOLDS_MS } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { Secret, TOTP } from 'otpauth';
import { PasswordClient } from '../testing/password-client.ts';
import { createWorld, refusal, type World } from '../testing/world.ts';

let open: World | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function worldWithAlice() {
  const world = await createWorld();
  open = world;
  const alice = await PasswordClient.create(world, 'alice', 'first');
  return { world, alice };
}

const codeAt = (secret: string, timestamp: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({
    timestamp,
  });

async function withFactor(world: World, client: PasswordClient, password: string) {
  await client.prove(password);
  const { secret, uri } = await client.request('enrolSecondFactor', {});
  const { codes } = await client.request('confirmSecondFactor', { code: codeAt(secret, world.clock.now()) });
  // The code that confirmed is used.
  await world.clock.advance(60_000);
  return { secret, uri, codes, code: () => codeAt(secret, world.clock.now()) };
}

describe('proof of the password', () => {
  test('[PROOF-1] [PROOF-3] it is needed, holds five minutes, and on that connection alone (A5)', async () => {
    const { world, alice } = await worldWithAlice();
    const other = await PasswordClient.connect(world);
    await other.logIn('alice', 'first');
    const needing = [
      alice.request('setPasswordStart', { registrationRequest: new Uint8Array(32) }),
      alice.request('setPasswordFinish', { registrationRecord: new Uint8Array(192) }),
      alice.request('enrolSecondFactor', {}),
      alice.request('disableSecondFactor', {}),
      alice.request('createToken', { name: 'bot', scopes: ['read'] }),
      alice.request('deleteAccount', {}),
    ];
    expect(new Set(await Promise.all(needing.map(refusal)))).toEqual(new Set([ErrorCode.PROOF_REQUIRED]));
    await alice.prove('first');
    expect(await refusal(alice.request('createToken', { name: 'bot', scopes: ['read'] }))).toBeUndefined();
    expect(await refusal(other.request('createToken', { name: 'bot', scopes: ['read'] }))).toBe(
      ErrorCode.PROOF_REQUIRED,
    );
    await world.clock.advance(PROOF_HOLDS_MS);
    expect(await refusal(alice.request('createToken', { name: 'bot', scopes: ['read'] }))).toBe(
      ErrorCode.PROOF_REQUIRED,
    );
  });

  test('[PROOF-4] a wrong password is told, throttled for the device, and the connection goes on (A2)', async () => {
    const { alice } = await worldWithAlice();
    for (let attempt = 0; attempt < 3; attempt++)
      expect(await refusal(alice.prove('wrong'))).toBe(ErrorCode.LOGIN_FAILED);
    expect(await refusal(alice.prove('first'))).toBe(ErrorCode.THROTTLED);
    expect(await refusal(alice.request('statusRequest', {}))).toBeUndefined();
    expect(await refusal(alice.request('enrolSecondFactor', {}))).toBe(ErrorCode.PROOF_REQUIRED);
  });

  test('[PROOF-2] a confirmation over other bytes proves nothing; each challenge is answered once', async () => {
    const { alice } = await worldWithAlice();
    const finish = { finishRequest: new Uint8Array(64), confirmation: new Uint8Array(32) };
    expect(await refusal(alice.request('proveFinish', finish))).toBe(ErrorCode.NOT_ALLOWED_IN_STATE);
    expect(await refusal(alice.prove('first', { confirm: 'sotto/1 server' }))).toBe(
      ErrorCode.DOWNGRADE_DETECTED,
    );
    expect(await refusal(alice.request('proveFinish', finish))).toBe(ErrorCode.NOT_ALLOWED_IN_STATE);
    expect(await refusal(alice.request('enrolSecondFactor', {}))).toBe(ErrorCode.PROOF_REQUIRED);
  });
});

describe('any bytes on a connection that has proved its password', () => {
  test('[LOGIN-7] [PROOF-1] end with an answer or an error that has a code, and change no password (T9)', async () => {
    const { world, alice } = await worldWithAlice();
    await alice.prove('first');
    const { random } = world;
    const below = (most: number) => (random.bytes(1)[0] ?? 0) % most;
    const bytes = () => random.bytes([0, 1, 32, 64, 96, 192, 256, 257, 320][below(9)] ?? 0);
    const text = () => ['', '000000', '\u0000', '\u202e', 'x'.repeat(3_000), '１２３４５６'][below(6)] ?? '';
    const requests = [
      () => alice.request('proveStart', { startRequest: bytes() }),
      () => alice.request('proveFinish', { finishRequest: bytes(), confirmation: bytes() }),
      () => alice.request('setPasswordStart', { registrationRequest: bytes() }),
      () => alice.request('setPasswordFinish', { registrationRecord: bytes(), sealedBackupKey: bytes() }),
      () => alice.request('enrolSecondFactor', {}),
      () => alice.request('confirmSecondFactor', { code: text() }),
      () => alice.request('disableSecondFactor', {}),
      () =>
        alice.request('createToken', { name: text(), scopes: [text(), 'read'], lifetimeMs: 2 ** below(60) }),
      () => alice.request('revokeToken', { id: below(3) }),
      () => alice.request('readSecurity', {}),
    ];
    for (let round = 0; round < 400; round++) {
      const code = await refusal((requests[below(requests.length)] ?? requests[0])?.() ?? Promise.resolve());
      expect(code).not.toBe(ErrorCode.INTERNAL);
    }
    expect(world.errors).toEqual([]);
    await world.clock.advance(10 * 60_000);
    const phone = await PasswordClient.connect(world);
    expect(await refusal(phone.logIn('alice', 'first'))).toBeUndefined();
  });
});

describe('changing the password', () => {
  test('[PASSWORD-1] [PASSWORD-2] the record and the sealed key change, every other session ends at once (A5)', async () => {
    const { world, alice } = await worldWithAlice();
    const other = await PasswordClient.connect(world);
    await other.logIn('alice', 'first');
    await alice.prove('first');
    await alice.setPassword('second', Uint8Array.of(7, 7));
    await world.clock.advance(5);
    expect(other.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    expect((await alice.request('readSecurity', {})).sealedBackupKey).toEqual(Uint8Array.of(7, 7));
    const old = await PasswordClient.connect(world);
    expect(await refusal(old.logIn('alice', 'first'))).toBe(ErrorCode.LOGIN_FAILED);
    expect((await old.logIn('alice', 'second')).user?.name).toBe('alice');
  });

  test('[PASSWORD-2] a sealed key that is too long is refused, at registration as well', async () => {
    const { world, alice } = await worldWithAlice();
    await alice.prove('first');
    expect(await refusal(alice.setPassword('second', new Uint8Array(257)))).toBe(ErrorCode.ARGUMENT_INVALID);
    const bob = await PasswordClient.connect(world);
    const sealedBackupKey = new Uint8Array(257);
    expect(await refusal(bob.register('bob', 'p', { sealedBackupKey }))).toBe(ErrorCode.ARGUMENT_INVALID);
    await bob.register('bob', 'p', { sealedBackupKey: sealedBackupKey.fill(1).subarray(1) });
    await bob.logIn('bob', 'p');
    expect((await bob.request('readSecurity', {})).sealedBackupKey).toHaveLength(256);
  });

  test('[PASSWORD-3] [LOGIN-8] a log-in under way with the old password is not finished', async () => {
    const { world, alice } = await worldWithAlice();
    const thief = await PasswordClient.connect(world);
    const finish = await thief.startLogIn('alice', 'first');
    await alice.prove('first');
    await alice.setPassword('second');
    expect(await refusal(finish())).toBe(ErrorCode.LOGIN_FAILED);
  });
});

describe('the second factor (A8)', () => {
  test('[FACTOR-1] nothing changes before it is confirmed; then codes are told once', async () => {
    const { world, alice } = await worldWithAlice();
    await alice.prove('first');
    const first = await alice.request('enrolSecondFactor', {});
    expect(first.uri).toStartWith('otpauth://totp/Sotto:alice?issuer=Sotto&secret=');
    expect(first.uri).toContain('period=30');
    expect((await alice.request('readSecurity', {})).secondFactor).toBe(false);
    const { secret } = await alice.request('enrolSecondFactor', {});
    const confirm = (of: string) =>
      alice.request('confirmSecondFactor', { code: codeAt(of, world.clock.now()) });
    expect(await refusal(confirm(first.secret))).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    expect((await confirm(secret)).codes).toHaveLength(10);
    expect(await alice.request('readSecurity', {})).toMatchObject({
      secondFactor: true,
      recoveryCodesLeft: 10,
    });
    expect(await refusal(confirm(secret))).toBe(ErrorCode.NOT_ALLOWED_IN_STATE);
    expect(await refusal(alice.request('enrolSecondFactor', {}))).toBe(ErrorCode.PERMISSION_DENIED);
  });

  test('[FACTOR-1] a secret that nobody confirms is void after ten minutes', async () => {
    const { world, alice } = await worldWithAlice();
    await alice.prove('first');
    const { secret } = await alice.request('enrolSecondFactor', {});
    await world.clock.advance(10 * 60_000 + 1);
    const code = codeAt(secret, world.clock.now());
    expect(await refusal(alice.request('confirmSecondFactor', { code }))).toBe(
      ErrorCode.NOT_ALLOWED_IN_STATE,
    );
  });

  test('[FACTOR-3] [FACTOR-4] a log-in needs a code, each step works once', async () => {
    const { world, alice } = await worldWithAlice();
    const factor = await withFactor(world, alice, 'first');
    const phone = await PasswordClient.connect(world);
    expect(await refusal(phone.logIn('alice', 'wrong'))).toBe(ErrorCode.LOGIN_FAILED);
    expect(await refusal(phone.logIn('alice', 'first'))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
    const code = factor.code();
    const granted = await phone.request('loginSecondFactor', { code });
    expect(granted.user?.name).toBe('alice');
    expect(granted.confirmation).toEqual(phone.confirmation('sotto/1 server'));
    const laptop = await PasswordClient.connect(world);
    expect(await refusal(laptop.logIn('alice', 'first'))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
    expect(await refusal(laptop.request('loginSecondFactor', { code }))).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    await world.clock.advance(30_000);
    const next = `${factor.code().slice(0, 3)} ${factor.code().slice(3)}`;
    expect(await refusal(laptop.request('loginSecondFactor', { code: next }))).toBeUndefined();
  });

  test('[FACTOR-4] the neighbouring steps are right, those beyond are not; a recovery code works once', async () => {
    const { world, alice } = await worldWithAlice();
    const { secret, codes } = await withFactor(world, alice, 'first');
    const giving = async (code: string) => {
      const client = await PasswordClient.connect(world);
      await client.logIn('alice', 'first').catch(() => {});
      const refused = await refusal(client.request('loginSecondFactor', { code }));
      client.peer.connection.close();
      return refused;
    };
    const at = (steps: number) => codeAt(secret, world.clock.now() + steps * 30_000);
    expect(await giving(at(-2))).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    expect(await giving(at(2))).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    expect(await giving(at(-1))).toBeUndefined();
    expect(await giving(at(1))).toBeUndefined();
    // A step that passed while a later one was used.
    expect(await giving(at(0))).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    await world.clock.advance(60 * 60_000);
    const recovery = (codes[3] ?? '').toLowerCase().replaceAll('-', ' ');
    expect(await giving(recovery)).toBeUndefined();
    expect(await giving(recovery)).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    expect((await alice.request('readSecurity', {})).recoveryCodesLeft).toBe(9);
  });

  test('[FACTOR-5] [LOGIN-1] a wrong code counts like a wrong password: three end the connection, and the right password ends no delay', async () => {
    const { world, alice } = await worldWithAlice();
    const factor = await withFactor(world, alice, 'first');
    const thief = await PasswordClient.connect(world);
    expect(await refusal(thief.logIn('alice', 'first'))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
    const guess = () => refusal(thief.request('loginSecondFactor', { code: '000000' }));
    expect(await guess()).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    expect(await guess()).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    expect(await guess()).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    await world.clock.advance(5);
    expect(thief.peer.ended?.code).toBe(ErrorCode.TOO_MANY_ATTEMPTS);
    const again = await PasswordClient.connect(world);
    expect(await refusal(again.logIn('alice', 'first'))).toBe(ErrorCode.THROTTLED);
    await world.clock.advance(2_000);
    expect(await refusal(again.logIn('alice', 'first'))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
    // The fourth failure so far: the right password has not ended the delay.
    const third = await PasswordClient.connect(world);
    expect(await refusal(third.logIn('alice', 'first'))).toBe(ErrorCode.THROTTLED);
    expect(await refusal(again.request('loginSecondFactor', { code: factor.code() }))).toBeUndefined();
    expect(await refusal(third.logIn('alice', 'first'))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
  });

  test('[FACTOR-5] a password that is right on the last attempt does not end the connection before its code', async () => {
    const { world, alice } = await worldWithAlice();
    const factor = await withFactor(world, alice, 'first');
    const phone = await PasswordClient.connect(world);
    await refusal(phone.logIn('alice', 'wrong'));
    await refusal(phone.logIn('alice', 'wrong'));
    expect(await refusal(phone.logIn('alice', 'first'))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
    expect(await refusal(phone.request('loginSecondFactor', { code: factor.code() }))).toBeUndefined();
  });

  test('[FACTOR-3] [LOGIN-2] no code is taken without a password, and none later than 60 s', async () => {
    const { world, alice } = await worldWithAlice();
    const factor = await withFactor(world, alice, 'first');
    const stranger = await PasswordClient.connect(world);
    const give = () => refusal(stranger.request('loginSecondFactor', { code: factor.code() }));
    expect(await give()).toBe(ErrorCode.NOT_ALLOWED_IN_STATE);
    expect(await refusal(stranger.logIn('alice', 'first'))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
    await world.clock.advance(61_000);
    expect(stranger.peer.ended?.code).toBe(ErrorCode.LOGIN_TIMEOUT);
  });

  test('[FACTOR-6] switched off, a password is enough again', async () => {
    const { world, alice } = await worldWithAlice();
    await withFactor(world, alice, 'first');
    await alice.request('disableSecondFactor', {});
    const phone = await PasswordClient.connect(world);
    expect(await refusal(phone.logIn('alice', 'first'))).toBeUndefined();
    expect((await alice.request('readSecurity', {})).recoveryCodesLeft).toBe(0);
  });
});
