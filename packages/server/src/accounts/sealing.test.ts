import { describe, expect, test } from 'bun:test';
import { Secret, TOTP } from 'otpauth';
import { OpaqueServer } from './opaque.ts';
import { Sealing } from './sealing.ts';
import { register } from './testing/client.ts';
import { makeStore, makeWorld, random } from './testing/world.ts';

describe('what the database keeps of a second factor (A8)', () => {
  test('[FACTOR-2] the secret is not in it, and no other secret file or user opens it', async () => {
    const store = await makeStore();
    const { accounts } = await makeWorld({ store });
    const user = await register(accounts, 'alice', 'p');
    const { secret } = await accounts.secondFactor.enrol(user);
    const sealed = (await store.secondFactor(user.number))?.sealedSecret ?? new Uint8Array();
    const plain = Secret.fromBase32(secret).bytes;
    expect(plain).toHaveLength(20);
    expect(Buffer.from(sealed).includes(Buffer.from(plain))).toBe(false);
    expect(Buffer.from(sealed).includes(Buffer.from(secret))).toBe(false);
  });

  test('[FACTOR-2] what is sealed opens under its own secret, purpose and context alone', () => {
    const plain = random.bytes(20);
    const sealing = new Sealing('secret', 'purpose', random);
    const sealed = sealing.seal(plain, 'user 1');
    expect(sealing.open(sealed, 'user 1')).toEqual(plain);
    expect(sealing.seal(plain, 'user 1')).not.toEqual(sealed);
    expect(sealing.open(sealed, 'user 2')).toBeUndefined();
    expect(new Sealing('other', 'purpose', random).open(sealed, 'user 1')).toBeUndefined();
    expect(new Sealing('secret', 'other', random).open(sealed, 'user 1')).toBeUndefined();
    expect(sealing.open(new Uint8Array(5), 'user 1')).toBeUndefined();
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(sealing.open(changed, 'user 1')).toBeUndefined();
    }
  });

  test('[FACTOR-4] under another login secret codes fail, and recovery codes still work', async () => {
    const store = await makeStore();
    const { accounts, clock } = await makeWorld({ store });
    const user = await register(accounts, 'alice', 'p');
    const { secret } = await accounts.secondFactor.enrol(user);

    const code = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now() });
    const [recovery = ''] = await accounts.secondFactor.confirm(user.number, code());
    await clock.advance(60_000);
    expect(await accounts.secondFactor.judge(user.number, code())).toMatchObject({ kind: 'step' });

    const other = await makeWorld({ store, secret: await OpaqueServer.createSetup() });
    expect(await other.accounts.secondFactor.judge(user.number, code())).toBeUndefined();
    expect(await other.accounts.secondFactor.judge(user.number, recovery)).toMatchObject({
      kind: 'recoveryCode',
    });
    for (const nonsense of ['', '0', 'x'.repeat(10_000), '\u0000', '١٢٣٤٥٦', recovery.slice(1)])
      expect(await accounts.secondFactor.judge(user.number, nonsense)).toBeUndefined();
  });
});
