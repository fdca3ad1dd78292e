/** Lets the client open without a network, and be installed, where the browser trusts the server's certificate. */
import { programUrl } from './trusted-types.ts';

/** Browsers refuse behind a certificate that people had to wave through; then there is simply none of this. */
export async function startWorker(): Promise<void> {
  if (location.protocol !== 'https:') return;
  try {
    await navigator.serviceWorker?.register(programUrl('/sw.js'), { updateViaCache: 'none' });
  } catch {
    return;
  }
}
