/** A real server, and people at it through the public SDK, each over the transport of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientEvent, connect, type NativeTransport, type SottoClient } from '@sotto/client/node';
import { seedAccounts, storeWithSession } from './accounts.ts';
import { type Served, serveHere } from './server.ts';

/** Long enough for a busy machine; nothing takes it. */
const PATIENCE_MS = 20_000;

/** Some kinds share their shape. */
type EventOf<Kind, Event = ClientEvent> = Event extends { kind: infer Kinds }
  ? Kind extends Kinds
    ? Event
    : never
  : never;

export interface Guest {
  readonly client: SottoClient;
  readonly number: number;
  /** Everything that was handed over, in order. */
  readonly heard: readonly ClientEvent[];
  /** The first event, of those heard already or to come, that is one of these. */
  hears<Kind extends ClientEvent['kind']>(
    kind: Kind,
    is?: (event: EventOf<Kind>) => boolean,
  ): Promise<EventOf<Kind>>;
}

export interface House {
  readonly server: Served;
  /** Somebody who has an account, on another device each time they come. */
  readonly directory: string;
  guest(name: string): Guest;
  /** Another person, or another device of one who registered with a password. */
  connect(transport: NativeTransport): Promise<SottoClient>;
  close(): Promise<void>;
}

export interface HouseOptions {
  /** Names and the transport each of them uses. The first one owns the server. */
  people: Readonly<Record<string, NativeTransport>>;
  flags?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** What is done to the data directory before the server starts. */
  prepare?: (directory: string) => Promise<void>;
}

export async function openHouse({
  people,
  flags = [],
  environment = {},
  prepare = async () => {},
}: HouseOptions): Promise<House> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-house-'));
  const data = join(directory, 'data');
  const names = Object.keys(people);
  const sessions = await seedAccounts(data, names);
  await prepare(data);
  const server = await serveHere({ directory: data, flags, environment });
  const clients: SottoClient[] = [];
  const connectOver = async (
    transport: NativeTransport,
    store?: Awaited<ReturnType<typeof storeWithSession>>,
  ) => {
    const client = await connect({
      server: `127.0.0.1:${server.ports[transport]}`,
      transport,
      trust: server.trust,
      ...(store === undefined ? {} : { store }),
    });
    clients.push(client);
    return client;
  };
  const guests = new Map<string, Guest>();
  for (const [index, name] of names.entries()) {
    const session = sessions[index];
    const transport = people[name];
    if (session === undefined || transport === undefined) throw new Error(`no account for ${name}`);
    const client = await connectOver(transport, await storeWithSession(join(directory, name), session));
    const guest = follow(client, session.user.number);
    await client.resume();
    guests.set(name, guest);
  }
  return {
    server,
    directory: data,
    guest: (name) => {
      const guest = guests.get(name);
      if (guest === undefined) throw new Error(`${name} is not here`);
      return guest;
    },
    connect: (transport) => connectOver(transport),
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** From now on everything that the client hands over is kept. */
export function follow(client: SottoClient, number: number): Guest {
  const heard: ClientEvent[] = [];
  let wake = () => {};
  const listen = async () => {
    for await (const event of client.events()) {
      heard.push(event);
      wake();
    }
  };
  listen().catch(() => {});
  const hears: Guest['hears'] = async (kind, is = () => true) => {
    const endMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = heard.find((event) => event.kind === kind && is(event as never));
      if (found !== undefined) return found as never;
      const leftMs = endMs - Date.now();
      if (leftMs <= 0) throw new Error(`heard no ${kind}, but ${heard.map((event) => event.kind).join(' ')}`);
      await Promise.race([
        new Promise<void>((resolve) => (wake = resolve)),
        Bun.sleep(Math.min(leftMs, 250)),
      ]);
    }
  };
  return { client, number, heard, hears };
}
