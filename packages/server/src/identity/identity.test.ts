import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';
import { dialTls, listenTls } from '@sotto/transport/tls';
import { isVouchedFor, loadIdentity } from './index.ts';
import { generatePrivateKey, selfSign } from './self-signed.ts';

describe('TLS identity', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sotto-identity-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function supply(certificate: string, privateKey: string, mode = 0o600) {
    const files = { certificateFile: join(directory, 'c.pem'), privateKeyFile: join(directory, 'k.pem') };
    await writeFile(files.certificateFile, certificate);
    await writeFile(files.privateKeyFile, privateKey, { mode });
    await chmod(files.privateKeyFile, mode);
    return files;
  }

  test('T18: the first start makes an ECDSA P-256 identity with private permissions; later ones keep it', async () => {
    const first = await loadIdentity(directory);
    const certificate = new X509Certificate(first.certificate);
    expect(createPrivateKey(first.privateKey).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(first.certificateSha256).toEqual(
      new Uint8Array(createHash('sha256').update(certificate.raw).digest()),
    );
    expect((await stat(join(directory, 'tls-key.pem'))).mode & 0o777).toBe(0o600);
    expect(await loadIdentity(directory)).toEqual(first);
    expect((await readdir(directory)).sort()).toEqual(['tls-certificate.pem', 'tls-key.pem']);
  });

  test('T18: two starts at once, and one cut off half way, end with one identity', async () => {
    const [first, second] = await Promise.all([loadIdentity(directory), loadIdentity(directory)]);
    expect(first).toEqual(second);
    await rm(join(directory, 'tls-certificate.pem'));
    expect((await loadIdentity(directory)).privateKey).toBe(first.privateKey);
  });

  test('[WEB-3] T18: an identity is vouched for where another key signed it', async () => {
    expect(isVouchedFor(await loadIdentity(directory))).toBe(false);
    for (const kind of ['rsa', 'ec', 'ed25519'] as const) {
      expect(isVouchedFor(await loadIdentity(directory, await supply(...(await issued(kind)))))).toBe(false);
      const [byAuthority, key] = await issued(kind, await makeKeys(kind));
      expect(isVouchedFor(await loadIdentity(directory, await supply(byAuthority, key)))).toBe(true);
    }
  });

  test('T18: a key that others can read is refused', async () => {
    await loadIdentity(directory);
    await chmod(join(directory, 'tls-key.pem'), 0o644);
    await expect(loadIdentity(directory)).rejects.toThrow('chmod 600');
  });

  for (const kind of ['rsa', 'ec', 'ed25519'] as const) {
    test(`T18: a supplied ${kind} identity serves TLS`, async () => {
      const identity = await loadIdentity(directory, await supply(...(await issued(kind))));
      const accept = () => ({ frame() {}, datagram() {}, drain() {}, pathChanged() {}, closed() {} });
      const listener = listenTls({ hostname: '127.0.0.1', port: 0, identity, accept });
      let seen: Uint8Array | undefined;
      const verify = ({ sha256 }: { sha256: Uint8Array }) => {
        seen = sha256;
      };
      const connection = await dialTls({ host: '127.0.0.1', port: listener.port, verify, events: accept });
      connection.abort();
      await listener.close();
      expect(seen).toEqual(identity.certificateSha256);
    });
  }

  test('T18: what cannot be used is named with the file and the way out', async () => {
    const key = await generatePrivateKey();
    const certificate = await selfSign(key, ['localhost'], new Date());
    const expired = await selfSign(key, ['localhost'], new Date('1990-01-01'));
    const future = await selfSign(key, ['localhost'], new Date(Date.now() + 1e10));
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    const cases: [string, string, RegExp][] = [
      [certificate, await generatePrivateKey(), /k\.pem does not belong to the certificate in .*c\.pem/],
      [expired, key, /c\.pem expired on .*2010/],
      [future, key, /c\.pem is valid from .* only\. Check the clock/],
      ['nonsense', key, /c\.pem holds no PEM certificate/],
      [certificate, 'nonsense', /k\.pem holds no PEM private key/],
      [certificate, String(weak), /1024 bits\. Use 2048 or more/],
    ];
    for (const [certificateText, keyText, problem] of cases) {
      await expect(loadIdentity(directory, await supply(certificateText, keyText))).rejects.toThrow(problem);
    }
    await expect(loadIdentity(directory, await supply(certificate, key, 0o640))).rejects.toThrow('mode 640');
    const missing = { certificateFile: join(directory, 'none'), privateKeyFile: join(directory, 'k.pem') };
    await supply(certificate, key);
    await expect(loadIdentity(directory, missing)).rejects.toThrow(/cannot read the certificate.*none/);
    await expect(
      loadIdentity(directory, { ...missing, privateKeyFile: missing.certificateFile }),
    ).rejects.toThrow('there is no private key at');
  });
});

const ALGORITHMS = {
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  ec: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  ed25519: { name: 'Ed25519' },
} as const;

/** Certificate and key, PEM, as another tool would make them. */
const makeKeys = async (kind: keyof typeof ALGORITHMS) =>
  (await crypto.subtle.generateKey(ALGORITHMS[kind], true, ['sign', 'verify'])) as CryptoKeyPair;

/** By an authority of the same name, where there is one; else by itself. */
async function issued(kind: keyof typeof ALGORITHMS, authority?: CryptoKeyPair): Promise<[string, string]> {
  const signingAlgorithm = ALGORITHMS[kind];
  const keys = await makeKeys(kind);
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: 'CN=localhost',
    publicKey: keys.publicKey,
    signingKey: (authority ?? keys).privateKey,
    signingAlgorithm,
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return [certificate.toString('pem'), String(privateKey.export({ type: 'pkcs8', format: 'pem' }))];
}
