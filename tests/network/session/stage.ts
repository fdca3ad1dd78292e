/**
 * A server at the far end of an emulated path, people at the near end who talk, and one beside the server who listens:
 * all of them processes of their own, on the real command and the real SDK.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransportChoice } from '@sotto/client/node';
import { seedAccounts, storeWithSession } from '../../scenarios/support/accounts.ts';
import { type ServerProcess, startServer } from '../../scenarios/support/server.ts';
import type { LineProcess } from '../emulated/line-process.ts';
import { both, type DirectionSettings, EmulatedPath, FAR_ADDRESS, type Side } from '../emulated/path.ts';
import { type Disturbance, judge, type Verdict } from './judge.ts';
import type { Inspection, Journal, PersonOptions, PersonOrder, Whereabouts } from './orders.ts';

const PERSON = join(import.meta.dir, 'person.ts');
const POLL_MS = 25;
/** A bound, no measure: how long anything here is waited for. */
const PATIENCE_MS = 60_000;

/** A middling mobile network. */
export const MOBILE: DirectionSettings = { delayMs: 20, jitterMs: 5, rateMbps: 20, loss: 0.01 };

/** Reads along on the server's own machine. */
const LISTENER: Cast = { name: 'listener', transport: 'tls', side: 'far' };

/** A person's process. */
export class Actor {
  readonly name: string;
  readonly room: string | undefined;
  readonly #process: LineProcess;
  #talked = false;

  constructor(process: LineProcess, { name, room }: Cast) {
    this.#process = process;
    this.name = name;
    this.room = room;
  }

  get talked(): boolean {
    return this.#talked;
  }

  talk(everyMs: number): Promise<void> {
    this.#talked = true;
    return this.#ask({ talk: { everyMs } });
  }

  /** How many messages have no answer in the end. */
  hush(): Promise<number> {
    return this.#ask({ hush: { patienceMs: PATIENCE_MS } });
  }

  where(): Promise<Whereabouts> {
    return this.#ask({ where: true });
  }

  /** What the server holds of the session, once it can be asked. */
  async inspect(): Promise<Inspection> {
    return until(async () => (await this.#ask<Inspection | null>({ inspect: true })) ?? undefined);
  }

  report(): Promise<Journal> {
    return this.#ask({ report: true });
  }

  async whereUntil(holds: (where: Whereabouts) => boolean, what: string): Promise<void> {
    await until(async () => (holds(await this.where()) ? true : undefined), what);
  }

  /** How long it takes from now until the person is online over one of these, in milliseconds. */
  async over(...transports: readonly string[]): Promise<number> {
    const since = Date.now();
    const there = ({ transport }: Whereabouts) => transport !== undefined && transports.includes(transport);
    await this.whereUntil(there, `${this.name} is on ${transports.join(' or ')}`);
    return Date.now() - since;
  }

  #ask<Answer>(order: PersonOrder): Promise<Answer> {
    return this.#process.ask<Answer>(order);
  }
}

export interface Cast {
  name: string;
  transport: TransportChoice;
  /** The near one where nothing else is said. */
  side?: Side;
  /** Opens a room of this name and is the only one who may talk there; whoever opens none follows all of them. */
  room?: string;
}

export class Stage {
  readonly path: EmulatedPath;
  readonly #directory: string;
  #server: ServerProcess;
  readonly #people = new Map<string, Actor>();
  readonly #disturbances: { name: string; at: number }[] = [];

  private constructor(path: EmulatedPath, directory: string, server: ServerProcess) {
    this.path = path;
    this.#directory = directory;
    this.#server = server;
  }

  /** With somebody called "listener", who reads along over TLS on the server's own machine. */
  static async open(seed: number, cast: readonly Cast[], settings = MOBILE): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-session-'));
    const path = await EmulatedPath.open(seed, both(settings));
    try {
      const people = [...cast, LISTENER].toSorted(
        (a, b) => Number(b.room !== undefined) - Number(a.room !== undefined),
      );
      const sessions = await seedAccounts(
        join(directory, 'data'),
        people.map(({ name }) => name),
      );
      for (const [index, session] of sessions.entries())
        await (await storeWithSession(join(directory, people[index]?.name ?? ''), session)).close();
      const stage = new Stage(path, directory, await serve(path, directory));
      const rooms = cast.flatMap(({ room }) => room ?? []);
      for (const person of people) await stage.#enter(person, rooms);
      return stage;
    } catch (error) {
      await path.close();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  person(name: string): Actor {
    const actor = this.#people.get(name);
    if (actor === undefined) throw new Error(`nobody here is called ${name}`);
    return actor;
  }

  /** From now on whatever is late is late because of this. */
  mark(name: string): number {
    const at = Date.now();
    this.#disturbances.push({ name, at });
    return at;
  }

  /** Returns how long nobody served, in milliseconds, once the listener reads along again. */
  async restartServer(signal: 'SIGTERM' | 'SIGKILL'): Promise<number> {
    const since = Date.now();
    await this.#server.kill(signal);
    this.#server = await serve(this.path, this.#directory);
    const awayMs = Date.now() - since;
    await this.person(LISTENER.name).inspect();
    return awayMs;
  }

  /** Ends all talk, waits until everybody has everything, and judges what this one heard of each who talked. */
  async verdicts(listenerName = LISTENER.name): Promise<Map<string, Verdict>> {
    const end = Date.now();
    const talkers = [...this.#people.values()].filter(({ talked }) => talked);
    await Promise.all(talkers.map((talker) => talker.hush()));
    const reports = await Promise.all(talkers.map(settled));
    const said = reports.reduce((sum, { accepted }) => sum + accepted.length, 0);
    const listener = this.person(listenerName);
    await listener.whereUntil(({ heard }) => heard >= said, `${listenerName} has everything`);
    const heard = await listener.report();
    const disturbances = this.#disturbances.map(
      ({ name, at }, index): Disturbance => ({ name, at, until: this.#disturbances[index + 1]?.at ?? end }),
    );
    return new Map(
      talkers.map(({ name, room = '' }, index) => {
        const report = reports[index];
        if (report === undefined) throw new Error('a talker has no report');
        return [name, judge(room, report, heard, disturbances)];
      }),
    );
  }

  async #enter(person: Cast, rooms: readonly string[]): Promise<void> {
    const { trust } = this.#server;
    const { room, side = 'near' } = person;
    const options: PersonOptions = {
      server: side === 'near' ? FAR_ADDRESS : '127.0.0.1',
      transport: person.transport,
      pin: trust.kind === 'pin' ? trust.sha256.toHex() : '',
      home: join(this.#directory, person.name),
      ...(room === undefined ? { joins: rooms } : { opens: room }),
    };
    const process = this.path.start(side, PERSON, JSON.stringify(options));
    await process.next();
    this.#people.set(person.name, new Actor(process, person));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.path.close();
    await this.#server.kill('SIGKILL');
    await rm(this.#directory, { recursive: true, force: true });
  }
}

const serve = (path: EmulatedPath, directory: string): Promise<ServerProcess> =>
  startServer({
    directory: join(directory, 'data'),
    ports: 'standard',
    address: '0.0.0.0',
    inside: path.inside('far'),
  });

/** What a talker saw, once all of its own messages have come back to it, or far too much time has passed. */
async function settled(talker: Actor): Promise<Journal> {
  await talker.whereUntil(({ heard }) => heard > 0, 'a talker hears itself');
  return until(async () => {
    const report = await talker.report();
    return report.heard.length >= report.accepted.length ? report : undefined;
  }, 'a talker has all of its own');
}

async function until<Value>(look: () => Promise<Value | undefined>, what = 'an answer'): Promise<Value> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS / 1_000} s`);
    await Bun.sleep(POLL_MS);
  }
}
