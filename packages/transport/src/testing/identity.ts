import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import type { TlsIdentity } from '../contract.ts';

const ALGORITHMS = {
  ECDSA: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  RSA: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  },
  Ed25519: { name: 'Ed25519' },
} as const;

export type IdentityKind = keyof typeof ALGORITHMS;
export const IDENTITY_KINDS = Object.keys(ALGORITHMS) as readonly IdentityKind[];

/** A self-signed identity for localhost, made anew so that no private key lies in the repository. */
export async function testIdentity(kind: IdentityKind = 'ECDSA'): Promise<TlsIdentity> {
  const algorithm = ALGORITHMS[kind];
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new Error(`no key pair for ${kind}`);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const privateKey = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: certificate.toString('pem'),
    privateKey: PemConverter.encode(privateKey, 'PRIVATE KEY'),
    certificateSha256: new Uint8Array(
      createHash('sha256').update(new Uint8Array(certificate.rawData)).digest(),
    ),
  };
}
