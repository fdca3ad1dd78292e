/** Who may ask the relay anything: one browser of this user, from pages of the relay itself [RELAY-3] [RELAY-4]. */
import { WINDOW_PATH } from './another.ts';
import { isSame } from './launch.ts';
import type { PeerOwner } from './peer.ts';

export interface House {
  /** `host:port`, exactly as the browser is to name it. */
  readonly host: string;
  /** The address, for browsers that do not find the name [RELAY-9]. */
  readonly plainHost: string;
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
/** What is asked without the cookie, and has secrets of its own. */
const DOORS: readonly string[] = [ENTER_PATH, WINDOW_PATH];
export const COOKIE = 'sotto-window';
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/** undefined where the caller may go on. */
export function refusal(caller: Caller, house: House): { status: 403 | 421; words: string } | undefined {
  const { owner, header, path } = caller;
  if (isStranger(owner, house.uid)) return no('this window is of another user');
  if (!isNamed(caller, house)) return { status: 421, words: 'not here' };
  if (DOORS.includes(path)) return undefined;
  if (!isSame(cookieIn(header('cookie')), house.cookie))
    return no('this window was not opened by sotto open');
  const site = header('sec-fetch-site');
  return site === null || OWN_SITES.includes(site) ? undefined : no('asked for by another page');
}

/** A WebSocket carries cookies wherever its page comes from, so that must be asked. */
export function socketRefusal({ header }: Caller): { status: 403; words: string } | undefined {
  // What the host may be was looked at before.
  if (header('origin') === `http://${header('host')}`) return undefined;
  return no('pages from elsewhere may not connect');
}

/** No browser asks for a window. */
export function windowRefusal({ header }: Caller): { status: 403; words: string } | undefined {
  const isPage = header('origin') !== null || header('sec-fetch-site') !== null;
  return isPage ? no('only sotto open may ask for this') : undefined;
}

/**
 * Else a name that somebody lets resolve to this machine would be of our origin. Cookies of an address go to all its
 * ports, other users' as well: there it must be known whose a connection is.
 */
function isNamed({ header, owner }: Caller, { host, plainHost }: House): boolean {
  const named = header('host');
  return named === host || (named === plainHost && owner.kind === 'user');
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
