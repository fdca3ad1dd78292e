/**
 * The real server in a process of its own, Chromium, people at their browsers, and others on the SDK.
 *
 *     const chromium = needs('chromium');
 *     describe.skipIf(chromium === undefined)('...', () => {
 *       let house: House;
 *       beforeAll(async () => { house = await openHouse(chromium ?? ''); });
 *       afterAll(() => house?.close());
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SottoClient } from '@sotto/client/node';
import { launchChromium } from '../../browser/support/chromium.ts';
import { type ServerProcess, startServer } from '../../scenarios/support/server.ts';
import { newPerson, PASSWORD, type Person, type PersonOptions } from './person.ts';
import { signIn } from './steps.ts';

export { PASSWORD } from './person.ts';

export interface House {
  /** `https://127.0.0.1:port`: where the client is. */
  readonly origin: string;
  readonly server: ServerProcess;
  /** The data of the server. */
  readonly directory: string;
  /** Somebody at a browser that has just opened the client. */
  person(options?: PersonOptions): Promise<Person>;
  /** Somebody with a new account, signed in at a browser. */
  member(name: string, options?: PersonOptions): Promise<Person>;
  /** A new account with PASSWORD, logged in on TLS by the SDK; it is closed with the house. */
  friend(name: string): Promise<SottoClient>;
  /** Another device of an account that is there, with PASSWORD. */
  device(name: string): Promise<SottoClient>;
  /** What browsers reported to the server that its policy forbade. */
  reports(): Promise<string[]>;
  kill(): Promise<void>;
  /** Starts the server again, where it was. */
  start(...flags: string[]): Promise<void>;
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly flags?: readonly string[];
}

/** What was opened before something failed is closed again. */
export async function openHouse(executablePath: string, options: HouseOptions = {}): Promise<House> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'sotto-web-'));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const logFile = join(directory, 'server.log');
  const flags = ['--log-file', logFile, ...(options.flags ?? [])];
  let server = await startServer({ directory, flags });
  const kill = async () => void (await server.kill('SIGKILL'));
  opened.defer(kill);
  const { ports } = server;
  const browser = opened.adopt(await launchChromium(executablePath, directory), (it) => it.close());
  const origin = `https://127.0.0.1:${ports.websocket}`;
  const friends = opened.use(new AsyncDisposableStack());
  const stranger = async () => friends.adopt(await dial(server), (it) => it.close());
  const register = async (name: string) => {
    const client = await stranger();
    await client.register({ name, password: PASSWORD });
    return client;
  };
  const logIn = async (client: SottoClient, name: string) => {
    await client.login({ name, password: PASSWORD });
    return client;
  };
  const friend = async (name: string) => logIn(await register(name), name);
  const device = async (name: string) => logIn(await stranger(), name);
  const person = (how?: PersonOptions) => newPerson(browser, origin, how);
  const member = async (name: string, how?: PersonOptions) => {
    await register(name);
    const somebody = await person(how);
    await signIn(somebody.page, name);
    return somebody;
  };
  const owned = opened.move();
  return {
    ...{ origin, directory, person, member, friend, device, kill },
    get server() {
      return server;
    },
    reports: async () =>
      (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.includes('policy of the page')),
    start: async (...more) => {
      server = await startServer({ directory, ports, flags: [...flags, ...more] });
    },
    close: () => owned.disposeAsync(),
  };
}

const dial = ({ ports, trust }: ServerProcess): Promise<SottoClient> =>
  connect({ server: `127.0.0.1:${ports.tls}`, transport: 'tls', trust });
