/**
 * A server at the far end of an emulated path, people at the near end who talk, and one beside the server who listens:
 * all of them processes of their own, on the real command and the real SDK.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedAccounts, storeWithSession } from '../../scenarios/support/accounts.ts';
import { type ServerProcess, startServer } from '../../scenarios/support/server.ts';
import {
  both,
  type CongestionControl,
  type DirectionSettings,
  EmulatedPath,
  FAR_ADDRESS,
} from '../emulated/path.ts';
import { Actor, type Cast } from './actor.ts';
import { counting, makeCounter, readCounter } from './count-pieces.ts';
import { type Disturbance, judge, type Verdict } from './judge.ts';
import type { PersonOptions } from './orders.ts';

const PERSON = join(import.meta.dir, 'person.ts');

/** A middling mobile network. */
export const MOBILE: DirectionSettings = { delayMs: 20, jitterMs: 5, rateMbps: 20, loss: 0.01 };

const SERVER = 'server';
const COUNTER = '.pieces';

/** Reads along on the server's own machine. */
const LISTENER: Cast = { name: 'listener', transport: 'tls', side: 'far' };

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
  static async open(
    seed: number,
    cast: readonly Cast[],
    settings = MOBILE,
    tcp: CongestionControl = 'machine',
  ): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-session-'));
    const path = await EmulatedPath.open(seed, both(settings));
    let stage: Stage | undefined;
    try {
      await path.useTcp(tcp);
      const people = [...cast, LISTENER].toSorted(
        (a, b) => Number(b.room !== undefined) - Number(a.room !== undefined),
      );
      const sessions = await seedAccounts(
        join(directory, 'data'),
        people.map(({ name }) => name),
      );
      for (const [index, session] of sessions.entries())
        await (await storeWithSession(join(directory, people[index]?.name ?? ''), session)).close();
      for (const name of [SERVER, ...people.map((person) => person.name)])
        await makeCounter(join(directory, `${name}${COUNTER}`));
      stage = new Stage(path, directory, await serve(path, directory));
      const rooms = cast.flatMap(({ room }) => room ?? []);
      for (const person of people) await stage.#enter(person, { rooms });
      return stage;
    } catch (error) {
      await path.close();
      await stage?.close();
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

  /** Ends all talk, waits until everybody has everything, or far too long, and judges what this one heard of each who talked. */
  async verdicts(listenerName = LISTENER.name): Promise<Map<string, Verdict>> {
    const end = Date.now();
    const talkers = [...this.#people.values()].filter(({ talked }) => talked);
    await Promise.all(talkers.map((talker) => talker.hush()));
    const reports = await Promise.all(talkers.map((talker) => talker.settled()));
    const said = reports.reduce((sum, { accepted }) => sum + accepted.length, 0);
    const listener = this.person(listenerName);
    await listener.hears(said);
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

  /** Their process is killed and another one started on what they have on disk. */
  async killAndReturn(name: string): Promise<void> {
    const { cast } = this.person(name);
    await this.person(name).kill();
    await this.#enter(cast, {});
  }

  /** How many bytes of files were handed to the transports there so far: by one of the people, or by the server. */
  pieces(name: string = SERVER): number {
    return readCounter(join(this.#directory, `${name}${COUNTER}`));
  }

  /** Undefined rooms: they are in them already. */
  async #enter(person: Cast, { rooms }: { rooms?: readonly string[] }): Promise<void> {
    const { trust } = this.#server;
    const { room, side = 'near' } = person;
    const options: PersonOptions = {
      server: side === 'near' ? FAR_ADDRESS : '127.0.0.1',
      transport: person.transport,
      pin: trust.kind === 'pin' ? trust.sha256.toHex() : '',
      home: join(this.#directory, person.name),
      counter: join(this.#directory, `${person.name}${COUNTER}`),
      ...(rooms === undefined ? {} : room === undefined ? { joins: rooms } : { opens: room }),
    };
    const process = this.path.start(side, PERSON, JSON.stringify(options));
    await process.next();
    this.#people.set(person.name, new Actor(process, person));
  }

  async close(): Promise<void> {
    await this.path.close();
    await this.#server.kill('SIGKILL');
    await rm(this.#directory, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const serve = (path: EmulatedPath, directory: string): Promise<ServerProcess> =>
  startServer({
    directory: join(directory, 'data'),
    ports: 'standard',
    address: '0.0.0.0',
    inside: [...counting(join(directory, `${SERVER}${COUNTER}`)), ...path.inside('far')],
  });
