/**
 * One tab at a time has a profile [STORE-5]. Another may ask for it: the tab that has it lets go at once, and where that tab
 * does not answer, since browsers put tabs to sleep, it is taken away [STORE-8].
 */
import { ProfileInUse, ProfileTaken } from '../errors.ts';

/** A tab that was closed or reloaded lets go of its profile a moment after the next page has begun. */
const LOCK_WAIT_MS = 1_000;
/** What a page is busy for counts as one of them: it was not told yet what it was given meanwhile. */
const LOCK_WAITS = 4;
const LEAVE = 'leave';

export interface TabLock {
  /** Resolves when another tab has, or wants, the profile. */
  readonly lost: Promise<Error>;
  release(): void;
}

/** Throws ProfileInUse where another tab has it, and it is not to be taken over. */
export async function lockTab(name: string, takeOver: boolean): Promise<TabLock> {
  const { promise: lost, resolve: lose } = Promise.withResolvers<Error>();
  if (takeOver) tell(name);
  const release = await claim(name, lose).catch((error: unknown) => {
    if (takeOver && error instanceof ProfileInUse) return steal(name, lose);
    throw error;
  });
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => {
    if (data === LEAVE) lose(new ProfileTaken());
  };
  return {
    lost,
    release: () => {
      channel.close();
      release();
    },
  };
}

function tell(name: string): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(LEAVE);
  channel.close();
}

/** Held until released, stolen, or the tab is gone. */
function claim(name: string, lose: (reason: Error) => void): Promise<() => void> {
  const signal = patience();
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const hold = () =>
      new Promise<void>((release) => {
        isHeld = true;
        resolve(release);
      });
    navigator.locks.request(name, { signal }, hold).catch((error: unknown) => {
      if (isHeld) lose(new ProfileTaken());
      else if (signal.aborted)
        reject(new ProfileInUse(name, 'another tab', 'go on there, or close it and load this page again'));
      else reject(error);
    });
  });
}

function patience(): AbortSignal {
  const ending = new AbortController();
  const wait = (waits: number): void => {
    if (waits === 0) ending.abort();
    else setTimeout(() => wait(waits - 1), LOCK_WAIT_MS / LOCK_WAITS);
  };
  wait(LOCK_WAITS);
  return ending.signal;
}

function steal(name: string, lose: (reason: Error) => void): Promise<() => void> {
  return new Promise((resolve) => {
    navigator.locks
      .request(name, { steal: true }, () => new Promise<void>((release) => resolve(release)))
      .catch(() => lose(new ProfileTaken()));
  });
}
