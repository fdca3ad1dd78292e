/** Who is at this window: finds the session that is kept here, begins one, and notices when it ends. No React. */
import { createStore, errorWords, type Readable, Slice, type Store } from '@sotto/app';
import {
  ErrorCode,
  ProfileInUse,
  ProfileTaken,
  ServerIdentityChanged,
  ServerNotTrusted,
  SottoError,
} from '@sotto/client/browser';
import { forgetFiles, transferKeeper } from '../files/keeper.ts';
import { checkServer, type Home, openHome } from '../home.ts';
import type { IdentityProblem } from './identity.tsx';
import { keepsRecent } from './keeping.ts';

export type SessionState =
  /** Reads what is kept here; over in a moment. */
  | { kind: 'starting' }
  /** `notice`: why somebody who was signed in is not any more. */
  | { kind: 'signedOut'; store: Store; notice: string | undefined }
  /** Perhaps offline; `store.me` is known once the server was there. */
  | { kind: 'signedIn'; store: Store }
  /** Another tab has it. */
  | { kind: 'elsewhere' }
  /** Only in windows of `sotto open`: elsewhere the browser decides. */
  | { kind: 'untrusted'; problem: IdentityProblem }
  /** Only there too: the program that serves the window has ended. */
  | { kind: 'ended' }
  | { kind: 'failed'; words: string };

export class Session implements Readable<SessionState> {
  readonly #state = new Slice<SessionState>({ kind: 'starting' });
  #watched: Store | undefined;
  /** Who logs out here knows why the session is over. */
  #loggingOut: Store | undefined;
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;

  /** Goes on with the session that is kept here, where there is one; with `takeOver` also where another tab has it. */
  async start(notice?: string, takeOver = false): Promise<void> {
    this.#state.set({ kind: 'starting' });
    try {
      await this.#open(await openHome({ takeOver }), notice);
    } catch (error) {
      this.#state.set(failed(error));
    }
  }

  /** As `SottoClient.login`. */
  async signIn(store: Store, account: Parameters<Store['client']['login']>[0]): Promise<void> {
    await patiently(() => store.client.login(account));
    this.#enter(store);
  }

  /** Rejects where the server cannot be told: then the session is still there. */
  async signOut(store: Store): Promise<void> {
    this.#loggingOut = store;
    try {
      await store.client.logout();
    } catch (error) {
      this.#loggingOut = undefined;
      throw error;
    }
  }

  /** Before the page is left: what was written is told to the server, or kept. */
  async end(): Promise<void> {
    const current = this.#state.get();
    if (!('store' in current)) return;
    this.#state.set({ kind: 'starting' });
    current.store.close();
    await current.store.client.close();
  }

  async #open(home: Home, notice: string | undefined): Promise<void> {
    const { session } = await home.store.load();
    const client = await home.connect({
      agent: 'sotto-web/0.1.0',
      deviceName: deviceName(),
      keepRecent: keepsRecent(),
    });
    const keeper = keepsRecent() ? transferKeeper() : undefined;
    // What was kept before somebody said no goes on no more.
    if (keeper === undefined) forgetFiles();
    const store = createStore(client, keeper === undefined ? {} : { keeper });
    if (session === undefined) {
      await checkServer((error) => problemOf(error) !== undefined).catch((error) =>
        this.#giveUp(store, error),
      );
      if (this.#state.get().kind !== 'starting') return;
      return this.#signedOut(store, notice);
    }
    this.#state.set({ kind: 'signedIn', store });
    client.resume().then(
      (me) => (me === undefined ? this.#signedOut(store, ENDED) : this.#enter(store)),
      (error) => void this.#giveUp(store, error),
    );
  }

  #enter(store: Store): void {
    this.#state.set({ kind: 'signedIn', store });
    this.#watch(store);
  }

  #signedOut(store: Store, notice: string | undefined): void {
    this.#state.set({ kind: 'signedOut', store, notice });
    forgetFiles();
    this.#watch(store);
  }

  /** Until its client stops, for whatever reason. */
  #watch(store: Store): void {
    if (this.#watched === store) return;
    this.#watched = store;
    const look = () => {
      const { status } = store.connection.get();
      if (status.kind !== 'stopped') return;
      stop();
      void this.#leave(store, status.reason);
    };
    const stop = store.connection.subscribe(look);
    // Who is at the first screen because their session has ended can still sign in there.
    if (this.#state.get().kind === 'signedIn') look();
  }

  /** What is kept here cannot be gone on with, and trying by itself would not end. */
  async #giveUp(store: Store, error: unknown): Promise<void> {
    store.close();
    await store.client.close().catch(() => {});
    this.#state.set(failed(error));
  }

  /** The client is of no more use: the next one finds out what is left. */
  async #leave(store: Store, reason: unknown): Promise<void> {
    const current = this.#state.get();
    if (!('store' in current) || current.store !== store) return;
    store.close();
    await store.client.close().catch(() => {});
    if (reason instanceof ProfileTaken || isRelayGone(reason) || problemOf(reason) !== undefined)
      return this.#state.set(failed(reason));
    const isKnown = reason === undefined || this.#loggingOut === store;
    await this.start(isKnown ? undefined : errorWords(reason));
  }
}

/** Whoever mistyped a few times waits a moment, and need not press again; the server makes it longer each time. */
const WAIT_MAX_MS = 10_000;

async function patiently(run: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await run();
      return;
    } catch (error) {
      const isThrottled = error instanceof SottoError && error.code === ErrorCode.THROTTLED;
      if (!isThrottled || error.retryAfterMs > WAIT_MAX_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
    }
  }
}

const ENDED = 'Your session has ended. Log in again; drafts are kept.';

function failed(error: unknown): SessionState {
  if (error instanceof ProfileInUse || error instanceof ProfileTaken) return { kind: 'elsewhere' };
  if (isRelayGone(error)) return { kind: 'ended' };
  const problem = problemOf(error);
  return problem === undefined
    ? { kind: 'failed', words: errorWords(error) }
    : { kind: 'untrusted', problem };
}

/** By its name: its part of the SDK is only loaded in such windows. */
const isRelayGone = (error: unknown): boolean => error instanceof Error && error.name === 'RelayGone';

function problemOf(error: unknown): IdentityProblem | undefined {
  if (error instanceof ServerNotTrusted)
    return { server: error.server, seen: error.fingerprint, expected: undefined };
  if (error instanceof ServerIdentityChanged)
    return { server: error.server, seen: error.seen, expected: error.expected };
  return undefined;
}

/** "Firefox on Linux": how the account's list of devices calls this one. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const find = (table: readonly (readonly [RegExp, string])[]) =>
    table.find(([pattern]) => pattern.test(agent))?.[1];
  return `${find(BROWSERS) ?? 'Browser'} on ${find(SYSTEMS) ?? 'another system'}`;
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
];
