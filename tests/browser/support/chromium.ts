/** Debian's Chromium, without a window. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Accepts the self-made certificate of the server whose data directory this is, and no other that is not vouched for. */
export async function launchChromium(executablePath: string, dataDirectory: string): Promise<Browser> {
  const certificate = new X509Certificate(await readFile(join(dataDirectory, 'tls-certificate.pem')));
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  const pin = createHash('sha256').update(key).digest('base64');
  return chromium.launch({ executablePath, args: [`--ignore-certificate-errors-spki-list=${pin}`] });
}
