import { describe, expect, test } from 'bun:test';
import { formatFingerprint } from '@sotto/protocol';
import { ServerNotTrusted } from './errors.ts';
import { ServerIdentityChanged } from './trust.ts';
import { verifier } from './verify.ts';

const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(32).fill(2);
const homemade = (sha256: Uint8Array) => ({ sha256, authorized: false, problem: 'self-signed' });
const vouchedFor = (sha256: Uint8Array) => ({ sha256, authorized: true, problem: '' });

function firstUse(answer: boolean) {
  const servers = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const known = {
    get: async (server: string) => servers.get(server),
    set: async (server: string, sha256: Uint8Array) => void servers.set(server, sha256),
  };
  const confirm = async (server: string) => {
    asked.push(server);
    return answer;
  };
  return { asked, servers, verify: verifier({ kind: 'firstUse', known, confirm }, 'host:1') };
}

const outcome = async (work: () => void | Promise<void>) => {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    return error;
  }
};

describe('trusting a server (T18)', () => {
  test('[TRUST-1] a pin accepts one certificate, vouched for or not', async () => {
    const verify = verifier({ kind: 'pin', sha256: OLD }, 'host:1');
    expect(await outcome(() => verify(homemade(OLD)))).toBe('accepted');
    expect(await outcome(() => verify(vouchedFor(NEW)))).toBeInstanceOf(ServerIdentityChanged);
  });

  test('[TRUST-1] an authority must vouch', async () => {
    const verify = verifier({ kind: 'authority' }, 'host:1');
    expect(await outcome(() => verify(vouchedFor(OLD)))).toBe('accepted');
    expect(await outcome(() => verify(homemade(OLD)))).toBeInstanceOf(ServerNotTrusted);
  });

  test('[TRUST-2] a new server is asked about once, then known', async () => {
    const { verify, asked } = firstUse(true);
    expect(
      await Promise.all([outcome(() => verify(homemade(OLD))), outcome(() => verify(homemade(OLD)))]),
    ).toEqual(['accepted', 'accepted']);
    expect(await outcome(() => verify(homemade(OLD)))).toBe('accepted');
    expect(asked).toEqual(['host:1']);
  });

  test('[TRUST-2] a no is a no, and nothing is remembered', async () => {
    const { verify, servers } = firstUse(false);
    expect(await outcome(() => verify(homemade(OLD)))).toBeInstanceOf(ServerNotTrusted);
    expect(servers.size).toBe(0);
  });

  test('[TRUST-3] a changed server is refused without asking', async () => {
    const { verify, asked } = firstUse(true);
    await verify(homemade(OLD));
    const error = await outcome(() => verify(homemade(NEW)));
    expect(error).toBeInstanceOf(ServerIdentityChanged);
    expect(error).toMatchObject({ expected: formatFingerprint(OLD), seen: formatFingerprint(NEW) });
    expect(asked.length).toBe(1);
  });

  test('[TRUST-3] a server that had a proper certificate and shows a homemade one has changed', async () => {
    const { verify, asked } = firstUse(true);
    await verify(vouchedFor(OLD));
    await verify(vouchedFor(NEW));
    expect(await outcome(() => verify(homemade(OLD)))).toBeInstanceOf(ServerIdentityChanged);
    expect(asked).toEqual([]);
  });
});
