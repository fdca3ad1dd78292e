/** What belongs to an account, through the public SDK over UDP and TLS: devices, passwords, second factor, tokens (A5, A8). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type NativeTransport, type SottoClient, SottoError } from '@sotto/client/node';
import { ErrorCode } from '@sotto/schema';
import { TOTP } from 'otpauth';
import { follow, type House, openHouse } from './support/house.ts';
import { stretchLittle } from './support/passwords.ts';
import { eventually } from './support/peers.ts';

const TIMEOUT_MS = 90_000;
const PASSWORD = 'correct horse battery';

let house: House;
beforeAll(async () => {
  house = await openHouse({ people: { root: 'tls', bob: 'udp' } });
}, TIMEOUT_MS);
afterAll(() => house.close());
afterAll(stretchLittle());

async function register(name: string, transport: NativeTransport): Promise<SottoClient> {
  const client = await house.connect(transport);
  await client.register({ name, password: PASSWORD });
  await client.login({ name, password: PASSWORD });
  return client;
}

/** Waits as long as the server says where attempts before this one hold it up. */
async function patiently(client: SottoClient, account: Parameters<SottoClient['login']>[0]): Promise<void> {
  for (;;) {
    try {
      await client.login(account);
      return;
    } catch (error) {
      if (!(error instanceof SottoError) || error.code !== ErrorCode.THROTTLED) throw error;
      await Bun.sleep(error.retryAfterMs);
    }
  }
}

const code = (task: Promise<unknown>): Promise<ErrorCode | undefined> =>
  task.then(
    () => undefined,
    (error) => (error instanceof SottoError ? error.code : Promise.reject(error)),
  );

test(
  'A5: devices are listed, named and revoked',
  async () => {
    const laptop = await register('ann', 'udp');
    const phone = await house.connect('tls');
    await phone.login({ name: 'ann', password: PASSWORD });
    const devices = await laptop.account.devices();
    expect(devices).toHaveLength(2);
    const [other] = devices.filter(({ current }) => !current);
    if (other === undefined) throw new Error('one device');
    await laptop.account.renameDevice(other.number, "Ann's phone");
    expect((await phone.account.devices()).find(({ current }) => current)?.name).toBe("Ann's phone");
    await laptop.account.revokeDevice(other.number);
    expect(await eventually(() => (phone.status.kind === 'stopped' ? true : undefined))).toBe(true);
    expect(await laptop.account.devices()).toHaveLength(1);
  },
  TIMEOUT_MS,
);

test(
  'A5: a new password ends the other sessions and keeps the backup key',
  async () => {
    const laptop = await register('ben', 'tls');
    const phone = await house.connect('udp');
    await phone.login({ name: 'ben', password: PASSWORD });
    const key = await laptop.account.backupKey(PASSWORD);
    expect(key).toHaveLength(32);
    expect(await code(laptop.account.changePassword({ old: 'wrong', new: 'x'.repeat(12) }))).toBe(
      ErrorCode.LOGIN_FAILED,
    );
    await laptop.account.changePassword({ old: PASSWORD, new: 'staple' });
    expect(await eventually(() => (phone.status.kind === 'stopped' ? true : undefined))).toBe(true);
    expect(laptop.status.kind).toBe('online');
    expect(await laptop.account.backupKey('staple')).toEqual(key);
    const tablet = await house.connect('tls');
    expect(await code(tablet.login({ name: 'ben', password: PASSWORD }))).toBe(ErrorCode.LOGIN_FAILED);
    await tablet.login({ name: 'ben', password: 'staple' });
  },
  TIMEOUT_MS,
);

test(
  'A8: a second factor is asked for, its codes work once, and so do the codes for recovery',
  async () => {
    const laptop = await register('cat', 'udp');
    const { secret } = await laptop.account.secondFactor.enrol(PASSWORD);
    const totp = new TOTP({ secret });
    const used = totp.generate();
    const recovery = await laptop.account.secondFactor.confirm(used);
    expect(recovery).toHaveLength(10);
    expect((await laptop.account.security()).secondFactor).toBe(true);
    const phone = await house.connect('tls');
    const account = { name: 'cat', password: PASSWORD };
    expect(await code(patiently(phone, account))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
    expect(await code(patiently(phone, { ...account, code: used }))).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    const [first = ''] = recovery;
    await patiently(phone, { ...account, secondFactor: async () => first });
    const tablet = await house.connect('tls');
    expect(await code(patiently(tablet, { ...account, code: first }))).toBe(ErrorCode.SECOND_FACTOR_WRONG);
    expect((await laptop.account.security()).recoveryCodesLeft).toBe(9);
    await laptop.account.secondFactor.disable(PASSWORD);
    const desk = await house.connect('udp');
    await patiently(desk, account);
  },
  TIMEOUT_MS,
);

test(
  'A8: a program logs in with a token, does what its scopes allow, and nothing once it is revoked',
  async () => {
    const owner = await register('dot', 'tls');
    const { number: room } = await owner.createRoom('machines');
    const reader = await owner.account.tokens.create({
      password: PASSWORD,
      name: 'reader',
      scopes: ['read'],
    });
    const writer = await owner.account.tokens.create({
      password: PASSWORD,
      name: 'writer',
      scopes: ['read', 'write'],
    });
    const bot = await house.connect('udp');
    await bot.loginWithToken(reader.token);
    expect(await code(bot.send(room, 'beep'))).toBe(ErrorCode.SCOPE_MISSING);
    expect((await bot.serverStatus()).scopes).toEqual(['read']);
    const other = await house.connect('tls');
    const heard = follow(other, owner.me?.number ?? 0);
    await other.loginWithToken(writer.token);
    await other.send(room, 'beep');
    expect(await code(other.createRoom('more'))).toBe(ErrorCode.SCOPE_MISSING);
    expect(await code(other.account.devices())).toBe(ErrorCode.SCOPE_MISSING);
    await owner.account.tokens.revoke(writer.id);
    await heard.hears('connection', ({ state }) => state.kind === 'stopped');
    expect(await code((await house.connect('tls')).loginWithToken(writer.token))).toBe(
      ErrorCode.LOGIN_FAILED,
    );
    expect((await owner.account.tokens.list()).map(({ name }) => name)).toEqual(['reader']);
  },
  TIMEOUT_MS,
);

test(
  '[PROFILE-1] [PROFILE-2] [BLOCK-1] A5: profiles, statuses and blocks are seen by those they concern; names that look like others are refused',
  async () => {
    const eve = await register('eve', 'udp');
    const bob = house.guest('bob');
    await eve.account.setProfile({
      displayName: 'Eve Adams',
      statusText: 'at lunch',
      statusEmoji: '🍜',
      timeZone: 'Europe/Berlin',
    });
    const [profile] = await bob.client.account.profiles([eve.me?.number as never]);
    expect(profile).toMatchObject({
      displayName: 'Eve Adams',
      statusText: 'at lunch',
      timeZone: 'Europe/Berlin',
    });
    // Cyrillic letters.
    expect(await code(eve.account.setProfile({ displayName: 'bоb' }))).toBe(ErrorCode.NAME_TAKEN);

    await bob.client.account.settings.block('eve');
    const { outcomes } = await eve.sendDirect(['bob'], 'hello?');
    expect(outcomes[0]?.delivery).toBe('refused');
    await bob.client.account.settings.unblock('eve');
    expect((await eve.sendDirect(['bob'], 'hello'))?.outcomes[0]?.delivery).toBe('delivered');
  },
  TIMEOUT_MS,
);

test(
  'A5: a deleted account is gone, and its name stays taken',
  async () => {
    const fay = await register('fay', 'tls');
    const { number: room } = await fay.createRoom('fays');
    await house.guest('bob').client.joinRoom(room);
    const { sequence } = await fay.send(room, 'remember me');
    await fay.account.delete(PASSWORD);
    const again = await house.connect('udp');
    expect(await code(again.login({ name: 'fay', password: PASSWORD }))).toBe(ErrorCode.LOGIN_FAILED);
    expect(await code(again.register({ name: 'fay', password: PASSWORD }))).toBe(ErrorCode.NAME_TAKEN);
    // Who knew them by name goes on calling them so until they ask again.
    const reader = await register('gus', 'tls');
    await reader.joinRoom(room);
    const { messages } = await reader.messages(room, { around: sequence });
    const left = messages.find((message) => message.sequence === sequence);
    expect(left?.sender).toMatchObject({ deleted: true });
    expect(left?.sender.name).not.toBe('fay');
    expect(left?.text).toBe('remember me');
  },
  TIMEOUT_MS,
);
