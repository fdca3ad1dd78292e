/** Who may ask the relay anything: one browser of this user, from pages of the relay itself [RELAY-3] [RELAY-4]. */
import { isSame } from './launch.ts';
import type { PeerOwner } from './peer.ts';

export interface House {
  /** `host:port`, exactly as the browser is to name it. */
  readonly host: string;
  /** Undefined where the machine has no users. */
  readonly uid: number | undefined;
  readonly cookie: string;
}

export interface Caller {
  readonly path: string;
  readonly header: (name: string) => string | null;
  readonly owner: PeerOwner;
}

export const ENTER_PATH = '/enter';
export const COOKIE = 'sotto-window';
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/** undefined where the caller may go on. */
export function refusal(caller: Caller, house: House): { status: 403 | 421; words: string } | undefined {
  const { owner, header, path } = caller;
  if (isStranger(owner, house.uid)) return no('this window is of another user');
  // Else a name that somebody lets resolve to this machine would be of our origin.
  if (header('host') !== house.host) return { status: 421, words: 'not here' };
  if (path === ENTER_PATH) return undefined;
  if (!isSame(cookieIn(header('cookie')), house.cookie))
    return no('this window was not opened by sotto open');
  const site = header('sec-fetch-site');
  return site === null || OWN_SITES.includes(site) ? undefined : no('asked for by another page');
}

/** A WebSocket carries cookies wherever its page comes from, so that must be asked. */
export function socketRefusal(
  { header }: Caller,
  { host }: House,
): { status: 403; words: string } | undefined {
  return header('origin') === `http://${host}` ? undefined : no('pages from elsewhere may not connect');
}

const no = (words: string) => ({ status: 403 as const, words });

function isStranger(owner: PeerOwner, uid: number | undefined): boolean {
  switch (owner.kind) {
    case 'unknown':
      return false;
    case 'nobody':
      return true;
    case 'user':
      return uid !== undefined && owner.uid !== uid;
  }
}

function cookieIn(cookies: string | null): string {
  const found = (cookies ?? '')
    .split(';')
    .map((one) => one.trim())
    .find((one) => one.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) ?? '';
}
