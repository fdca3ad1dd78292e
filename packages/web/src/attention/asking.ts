/** Whether this device announces messages: what the browser allows, and what somebody chose here. */
import { Slice } from '@sotto/app';

export type Announcing =
  /** The browser cannot, or pages like this one may not. */
  | 'never'
  /** Somebody told the browser that this page may not. */
  | 'refused'
  /** Nobody was asked. */
  | 'unasked'
  | 'on'
  | 'off';

const KEY = 'sotto.announce';

const slice = new Slice<Announcing>(found());
export const announcing = { get: slice.get, subscribe: slice.subscribe };

/** In answer to a click: browsers ask for nothing else. Rejects never; what came of it is in `announcing`. */
export async function turnOn(): Promise<void> {
  keep('on');
  if ('Notification' in globalThis && Notification.permission === 'default')
    await Notification.requestPermission().catch(() => {});
  slice.set(found());
}

export function turnOff(): void {
  keep('off');
  slice.set(found());
}

/** The browser may have been told otherwise since. */
export const lookAgain = (): void => slice.set(found());

function found(): Announcing {
  if (!('Notification' in globalThis) || !globalThis.isSecureContext) return 'never';
  const chosen = kept();
  switch (Notification.permission) {
    case 'denied':
      return 'refused';
    case 'granted':
      return chosen === 'off' ? 'off' : 'on';
    default:
      return chosen === 'off' ? 'off' : 'unasked';
  }
}

function keep(choice: 'on' | 'off'): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Pages may be forbidden to keep anything.
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
