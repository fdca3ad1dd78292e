/** A server's core with a database in memory, on a memory network under virtual time. */
import { type Random, SottoError } from '@sotto/protocol';
import { seededRandom, VirtualClock } from '@sotto/protocol/testing';
import type { ErrorCode } from '@sotto/schema';
import { createMemoryNetwork, type MemoryNetwork } from '@sotto/transport/memory';
import { uuidOf } from '../accounts/digests.ts';
import { OpaqueServer } from '../accounts/opaque.ts';
import type { DeletedAccounts, RegistrationPolicy } from '../accounts/policy.ts';
import type { AssistantSettings } from '../assistants/settings.ts';
import { type Core, createCore } from '../core.ts';
import { type FileLimits, NO_FILE_LIMITS } from '../files/usage.ts';
import type { ServedEndpoint } from '../gateway/gateway.ts';
import type { LimitSettings } from '../limits/settings.ts';
import type { Log, LogFields } from '../logging.ts';
import { openStore } from '../storage/open.ts';
import type { Store } from '../storage/store.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { Peer } from './peer.ts';
import { assistantSettings, ScriptedProvider } from './scripted-provider.ts';
import { type SeededSession, seedSession, seedUser } from './seed.ts';

export interface World {
  clock: VirtualClock;
  random: Random;
  store: Store;
  core: Core;
  network: MemoryNetwork;
  blobs: MemoryBlobs;
  provider: ScriptedProvider;
  /** What the server logged as errors. */
  errors: string[];
  /** Fields of what it logged otherwise. */
  logged: LogFields[];
  connect(): Promise<Peer>;
  /** A new user, logged in. */
  user(name: string): Promise<LoggedIn>;
  /** Another connection of the user: of a new session, or resuming a given one. */
  device(of: LoggedIn, session?: SeededSession): Promise<LoggedIn>;
  /** Waits for `task` while virtual time goes on. */
  run<T>(task: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface LoggedIn {
  peer: Peer;
  number: number;
  session: SeededSession;
  granted: Awaited<ReturnType<Peer['resume']>>;
}

let secret: Promise<string> | undefined;
const SERVER = 'server';

export async function createWorld(
  options: {
    registration?: RegistrationPolicy;
    seed?: number;
    startMs?: number;
    url?: string;
    endpoints?: ServedEndpoint[];
    deleted?: DeletedAccounts;
    limits?: LimitSettings;
    files?: Partial<FileLimits>;
    /** An assistant, which `provider` speaks for. */
    assistants?: Partial<AssistantSettings>;
  } = {},
): Promise<World> {
  const clock = new VirtualClock(options.startMs);
  const random = seededRandom(options.seed ?? 1);
  const store = await openStore({
    url: options.url ?? ':memory:',
    inThread: true,
    uuid: () => uuidOf(random.bytes(16)),
  });
  const errors: string[] = [];
  const logged: LogFields[] = [];
  const blobs = new MemoryBlobs();
  const provider = new ScriptedProvider(clock);
  secret ??= OpaqueServer.createSetup();
  const core = await createCore({
    store,
    clock,
    random,
    logger: quietLog(errors, logged),
    agent: 'sotto/test',
    certificateSha256: new Uint8Array(32),
    accounts: {
      secret: await secret,
      registration: options.registration ?? 'open',
      deleted: options.deleted ?? 'keep',
    },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    files: { blobs, limits: { ...NO_FILE_LIMITS, ...options.files } },
    ...(options.assistants && {
      assistants: { settings: assistantSettings(options.assistants), open: provider.open },
    }),
    endpoints: () => options.endpoints ?? [],
  });
  const network = createMemoryNetwork({ clock });
  network.listen(SERVER, core.accept);

  async function run<T>(task: Promise<T>): Promise<T> {
    let pending = true;
    const done = task.finally(() => {
      pending = false;
    });
    done.catch(() => {});
    for (let step = 0; pending && step < 10_000; step++) await clock.advance(1);
    return done;
  }

  async function connect(): Promise<Peer> {
    const peer = new Peer(clock);
    await run(network.dial({ name: SERVER, events: peer.events }));
    await run(peer.hello());
    return peer;
  }

  async function logIn(session: SeededSession): Promise<LoggedIn> {
    const peer = await connect();
    const granted = await run(peer.resume(session));
    return { peer, number: session.user.number, granted, session: { ...session, token: granted.token } };
  }

  return {
    clock,
    random,
    store,
    core,
    network,
    blobs,
    provider,
    errors,
    logged,
    connect,
    run,
    user: async (name) =>
      logIn(await seedSession(store, random, await seedUser(store, random, name, clock.now()), clock.now())),
    device: async (of, session) =>
      logIn(session ?? (await seedSession(store, random, of.session.user, clock.now()))),
    close: async () => {
      await run(core.stop());
      await store.close();
    },
  };
}

/** The code of the SottoError that `task` rejects with; undefined where it succeeds. */
export async function refusal(task: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await task;
    return undefined;
  } catch (error) {
    if (error instanceof SottoError) return error.code;
    throw error;
  }
}

function quietLog(errors: string[], logged: LogFields[]): Log {
  const log: Log = {
    debug: () => {},
    info: (fields) => logged.push(fields),
    warn: (fields) => logged.push(fields),
    error: (fields, message) =>
      errors.push(`${message}: ${fields.err instanceof Error ? fields.err.stack : ''}`),
    child: () => log,
  };
  return log;
}
