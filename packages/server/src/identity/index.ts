/** The server's TLS identity (T18): supplied by the operator, or made at first start and kept in the data directory. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TlsIdentity } from '@sotto/transport';
import { createPrivateFile, readPrivateFile } from '../private-file.ts';
import { checkIdentity } from './check.ts';
import { generatePrivateKey, selfSign } from './self-signed.ts';

export interface IdentityFiles {
  /** PEM, the leaf certificate first. */
  certificateFile: string;
  /** PEM, not encrypted, readable by its owner alone. */
  privateKeyFile: string;
}

/** Throws an Error that names the file, what is wrong with it and what to do. */
export async function loadIdentity(dataDirectory: string, supplied?: IdentityFiles): Promise<TlsIdentity> {
  const files = supplied ?? (await ensureIdentity(dataDirectory, ['localhost', hostname()]));
  const privateKey = await readPrivateFile(files.privateKeyFile);
  if (privateKey === undefined) throw new Error(`there is no private key at ${files.privateKeyFile}`);
  const certificate = await readCertificate(files.certificateFile);
  return checkIdentity({ ...files, certificate, privateKey }, new Date());
}

/** Whether somebody else issued the certificate, so that browsers may come to trust it without being told to. */
export function isVouchedFor({ certificate }: TlsIdentity): boolean {
  const leaf = new X509Certificate(certificate);
  return !leaf.verify(leaf.publicKey);
}

/** Makes whichever of the two files is missing; a start that was cut off between them is completed by the next. */
async function ensureIdentity(dataDirectory: string, names: string[]): Promise<IdentityFiles> {
  const files = {
    certificateFile: join(dataDirectory, 'tls-certificate.pem'),
    privateKeyFile: join(dataDirectory, 'tls-key.pem'),
  };
  const privateKey =
    (await readPrivateFile(files.privateKeyFile)) ??
    (await createPrivateFile(files.privateKeyFile, await generatePrivateKey()));
  if (!(await Bun.file(files.certificateFile).exists())) {
    await createPrivateFile(files.certificateFile, await selfSign(privateKey, names, new Date()));
  }
  return files;
}

async function readCertificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot read the certificate: ${why}`, { cause });
  }
}
