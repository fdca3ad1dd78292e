/** Lets the client open without a network, and be installed, where the browser trusts the server's certificate. */
import { Slice } from '@sotto/app';
import { programUrl } from './trusted-types.ts';

interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

const offer = new Slice<(() => void) | undefined>(undefined);
/** Asks for the client to be installed; undefined where the browser does not offer that, or it is done. */
export const installing = { get: offer.get, subscribe: offer.subscribe };

/** Browsers offer it once, early, and in a place of their own unless they are stopped. */
export function keepInstallOffer(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    const { prompt } = event as InstallOffer;
    offer.set(() => {
      offer.set(undefined);
      void prompt.call(event).catch(() => {});
    });
  });
  window.addEventListener('appinstalled', () => offer.set(undefined));
}

/** Browsers refuse behind a certificate that people had to wave through; then there is simply none of this. */
export async function startWorker(): Promise<void> {
  if (location.protocol !== 'https:') return;
  try {
    await navigator.serviceWorker?.register(programUrl('/sw.js'), { updateViaCache: 'none' });
  } catch {
    return;
  }
}
