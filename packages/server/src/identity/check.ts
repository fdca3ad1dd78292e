import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { TlsIdentity } from '@sotto/transport';
import type { IdentityFiles } from './index.ts';

/** What TLS 1.3 can sign with (RFC 8446 section 4.2.3) and Sotto allows. */
const KEY_TYPES = ['rsa', 'ec', 'ed25519'];
const RSA_MIN_BITS = 2048;

interface IdentityText extends IdentityFiles {
  certificate: string;
  privateKey: string;
}

/** Throws an Error that names the file, unless the two belong together and are in force at `now`. */
export function checkIdentity(identity: IdentityText, now: Date): TlsIdentity {
  const { certificateFile, privateKeyFile } = identity;
  const key = readKey(identity);
  const certificate = readLeaf(identity);
  if (!certificate.checkPrivateKey(key)) {
    throw new Error(
      `the private key in ${privateKeyFile} does not belong to the certificate in ${certificateFile}`,
    );
  }
  if (now > new Date(certificate.validTo)) {
    throw new Error(`the certificate in ${certificateFile} expired on ${certificate.validTo}. Renew it.`);
  }
  if (now < new Date(certificate.validFrom)) {
    throw new Error(
      `the certificate in ${certificateFile} is valid from ${certificate.validFrom} only. Check the clock.`,
    );
  }
  return {
    certificate: identity.certificate,
    privateKey: identity.privateKey,
    certificateSha256: new Uint8Array(createHash('sha256').update(certificate.raw).digest()),
  };
}

function readKey({ privateKey, privateKeyFile }: IdentityText): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(privateKey);
  } catch (cause) {
    const encrypted = privateKey.includes('ENCRYPTED') ? ': it is encrypted; remove the passphrase' : '';
    throw new Error(`${privateKeyFile} holds no PEM private key that can be read${encrypted}`, { cause });
  }
  const type = key.asymmetricKeyType ?? 'unknown';
  if (!KEY_TYPES.includes(type)) {
    throw new Error(`the private key in ${privateKeyFile} is of type ${type}. Use RSA, ECDSA or Ed25519.`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? RSA_MIN_BITS;
  if (bits < RSA_MIN_BITS) {
    throw new Error(`the RSA key in ${privateKeyFile} has ${bits} bits. Use ${RSA_MIN_BITS} or more.`);
  }
  return key;
}

function readLeaf({ certificate, certificateFile }: IdentityText): X509Certificate {
  try {
    return new X509Certificate(certificate);
  } catch (cause) {
    throw new Error(`${certificateFile} holds no PEM certificate that can be read`, { cause });
  }
}
