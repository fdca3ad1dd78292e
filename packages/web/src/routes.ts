/** Where one is in the client, as the address says it: "#/room/3", "#/room/3/m/123", "#/room/3/t/17". No secret is in it. */
import type { RoomNumber, Sequence } from '@sotto/model';
import { useSyncExternalStore } from 'react';

export type Route =
  | { kind: 'home' }
  /** `message`: the one to go to. `thread`: the one that is open beside it, by its first message. */
  | { kind: 'room'; room: RoomNumber; message?: Sequence; thread?: Sequence };

const ROOM = /^#\/room\/([1-9]\d{0,15})(?:\/([mt])\/([1-9]\d{0,15}))?$/;

/** What it does not know is home. */
export function routeOf(hash: string): Route {
  const found = ROOM.exec(hash);
  if (found === null) return { kind: 'home' };
  const room = Number(found[1]) as RoomNumber;
  const sequence = Number(found[3]) as Sequence;
  if (found[2] === 'm') return { kind: 'room', room, message: sequence };
  return found[2] === 't' ? { kind: 'room', room, thread: sequence } : { kind: 'room', room };
}

export function hashOf(route: Route): string {
  if (route.kind === 'home') return '#/';
  const { room, message, thread } = route;
  if (message !== undefined) return `#/room/${room}/m/${message}`;
  return thread === undefined ? `#/room/${room}` : `#/room/${room}/t/${thread}`;
}

/** A new entry of the history, unless one is there already; a message is gone to again. */
export function goTo(route: Route): void {
  const hash = hashOf(route);
  if (hash !== location.hash) {
    location.hash = hash;
    tell();
  } else if (route.kind === 'room' && route.message !== undefined) {
    replaceWith({ kind: 'room', room: route.room });
    setTimeout(() => replaceWith(route));
  }
}

/** In place of the present entry: going back does not come here again. */
export function replaceWith(route: Route): void {
  history.replaceState(null, '', hashOf(route));
  tell();
}

/** At once, and not when the browser comes to it: keys that follow are meant for where one is then. */
const tell = (): void => void window.dispatchEvent(new HashChangeEvent('hashchange'));

const hashNow = (): string => location.hash;

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

let last: { hash: string; route: Route } | undefined;

/** The same object as long as the address is the same. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, hashNow);
  if (last?.hash !== hash) last = { hash, route: routeOf(hash) };
  return last.route;
}
