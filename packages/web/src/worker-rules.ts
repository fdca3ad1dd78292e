/** What the service worker answers itself. */

export interface Asked {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
}

/** A server that has not answered by then is treated as away; chat itself goes on trying. */
export const OFFLINE_AFTER_MS = 2_000;

const MESSAGE = /^#\/room\/[1-9]\d{0,15}\/m\/[1-9]\d{0,15}$/;

/** Where a notification leads: to a message in this client, and nowhere else. */
export const leadsTo = (data: unknown): string =>
  typeof data === 'string' && MESSAGE.test(data) ? data : '#/';

/** Everything else, files of people above all, goes to the network as if there were no worker. */
export function isKept({ method, mode, url }: Asked, origin: string): 'page' | 'asset' | 'no' {
  const { origin: asked, pathname } = new URL(url);
  if (method !== 'GET' || asked !== origin) return 'no';
  if (mode === 'navigate') return pathname === '/' ? 'page' : 'no';
  return pathname.startsWith('/assets/') ? 'asset' : 'no';
}
