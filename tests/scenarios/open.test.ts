/** The SDK as it runs in the page of `sotto open`, by way of a real relay to a real server, without a browser. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRelayHouse, type RelayHouse } from '@sotto/cli/open';
import { WindowByHand } from '@sotto/cli/testing/window';
import {
  type ClientStore,
  formatFingerprint,
  type KnownServers,
  MemoryStore,
  type SottoClient,
  type TrustPolicy,
} from '@sotto/client';
import { openFileStore, type TransportChoice } from '@sotto/client/node';
import { openRelay } from '@sotto/client/relay';
import { KEEPER_PATH } from '@sotto/transport/relay';
import { hostTea } from './support/host.ts';
import { type ServerProcess, startServer } from './support/server.ts';

setDefaultTimeout(60_000);

const TRANSPORTS = ['udp', 'quic', 'tls', 'websocket'] as const;
const PASSWORD = 'correct horse';
const place = mkdtempSync(join(tmpdir(), 'sotto-open-test-'));
const houses: RelayHouse[] = [];
const windows: WindowByHand[] = [];
let server: ServerProcess;
let bob: SottoClient;

beforeAll(async () => {
  server = await startServer({ directory: join(place, 'data') });
  bob = await hostTea(server);
});
afterAll(async () => {
  for (const window of windows) window.close();
  for (const house of houses) house.close();
  await bob?.close();
  await server?.kill('SIGTERM');
  rmSync(place, { recursive: true, force: true });
});

interface Stage {
  store?: ClientStore;
  transport?: TransportChoice;
  policy?: TrustPolicy;
  known?: KnownServers;
}

async function stage({ store = new MemoryStore(), transport = 'auto', policy, known }: Stage = {}) {
  const house = openRelayHouse({
    server: '127.0.0.1',
    transport,
    policy: policy ?? server.trust,
    known: known ?? { get: async () => undefined, set: async () => {} },
    store,
    web: { fetch: async () => new Response('page'), headers: () => ({}) },
    now: Date.now,
    presence: { entered() {}, windows() {} },
    ports: { ...server.ports },
  });
  houses.push(house);
  const window = await WindowByHand.enter(house);
  windows.push(window);
  const relay = await openRelay({ socket: window.socket });
  return { house, window, relay };
}

const page = { agent: 'page/1', deviceName: 'page' };

async function texts(client: SottoClient): Promise<string[]> {
  const timeline = client.timeline('tea');
  await timeline.loadLatest(100);
  return timeline.messages.map(({ text }) => text ?? '');
}

describe('a page by way of its relay', () => {
  test.each(TRANSPORTS)('[RELAY-2] [BIND-1] C1 T1: signs in, chats and reads over %s', async (transport) => {
    const { relay } = await stage({ transport });
    const ann = await relay.connect(page);
    const name = `ann-${transport}`;
    await ann.register({ name, password: PASSWORD });
    await ann.login({ name, password: PASSWORD });
    await ann.joinRoom('tea');
    for (let count = 0; count < 20; count++) await ann.send('tea', `${transport} ${count}`);
    const status = await ann.serverStatus();
    expect([status.transport, status.fingerprint]).toEqual([transport, fingerprint()]);
    const read = await texts(ann);
    expect(read.filter((text) => text.startsWith(`${transport} `))).toEqual(
      Array.from({ length: 20 }, (_, count) => `${transport} ${count}`),
    );
    await ann.close();
  });

  test('[RELAY-7] [RELAY-6] T13: goes on with its session at the next launch; neither token nor key were in it', async () => {
    const directory = join(place, 'profile');
    const first = await openFileStore(directory);
    const one = await stage({ store: first, transport: 'tls' });
    const client = await one.relay.connect(page);
    await client.register({ name: 'carl', password: PASSWORD });
    await client.login({ name: 'carl', password: PASSWORD });
    const kept = await first.load();
    const inPage = await one.relay.store.load();
    expect(inPage.session?.id).toBe(kept.session?.id ?? '');
    expect(inPage.session?.token).not.toEqual(kept.session?.token ?? new Uint8Array());
    expect([inPage.deviceKey, kept.deviceKey === undefined]).toEqual([undefined, false]);
    await client.close();
    one.house.close();
    await first.close();
    const second = await openFileStore(directory);
    const two = await stage({ store: second, transport: 'udp' });
    const again = await two.relay.connect(page);
    expect((await again.resume())?.name).toBe('carl');
    expect((await again.serverStatus()).transport).toBe('udp');
    await again.close();
    two.house.close();
    await second.close();
    const journal = readFileSync(join(directory, 'journal'), 'utf8');
    expect(journal).not.toContain(Buffer.from(inPage.session?.token ?? []).toString('base64url'));
  });

  test('[RELAY-2] [PATH-14] C1 T1: changes the transport while a conversation runs, nothing lost or doubled', async () => {
    const { relay } = await stage();
    const dora = await relay.connect(page);
    await dora.register({ name: 'dora', password: PASSWORD });
    await dora.login({ name: 'dora', password: PASSWORD });
    await dora.joinRoom('tea');
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of bob.events())
        if (event.kind === 'message' && event.message.text?.startsWith('dora ')) {
          seen.push(event.message.text);
          if (seen.length === 60) return;
        }
    })();
    for (const [turn, transport] of (['udp', 'tls', 'quic'] as const).entries()) {
      dora.choose(transport);
      for (let count = 0; count < 20; count++) await dora.send('tea', `dora ${turn} ${count}`);
    }
    await reading;
    const expected = [0, 1, 2].flatMap((turn) =>
      Array.from({ length: 20 }, (_, count) => `dora ${turn} ${count}`),
    );
    expect(seen).toEqual(expected);
    await dora.close();
  });

  test('[RELAY-5] T18: a server that is new is refused with its fingerprint, until a person accepts it', async () => {
    const kept = new Map<string, Uint8Array>();
    const known: KnownServers = {
      get: async (name) => kept.get(name),
      set: async (name, sha256) => void kept.set(name, sha256),
    };
    const policy: TrustPolicy = { kind: 'firstUse', known, confirm: async () => false };
    const { relay } = await stage({ policy, known });
    const refused = await relay.hello().catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'ServerNotTrusted', fingerprint: fingerprint() });
    await expect(relay.accept(formatFingerprint(new Uint8Array(32)))).rejects.toThrow('no server has shown');
    await relay.accept(fingerprint());
    expect((await relay.hello()).fingerprint).toBe(fingerprint());
    kept.set([...kept.keys()][0] ?? '', new Uint8Array(32));
    const changed = await relay.hello().catch((error: unknown) => error);
    expect(changed).toMatchObject({
      name: 'ServerIdentityChanged',
      expected: formatFingerprint(new Uint8Array(32)),
      seen: fingerprint(),
    });
    await relay.store.close();
  });

  test('[RELAY-5] T18: where one was pinned, the window accepts no other', async () => {
    const { relay } = await stage({ policy: { kind: 'pin', sha256: new Uint8Array(32) } });
    const refused = await relay.hello().catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'ServerIdentityChanged', seen: fingerprint() });
    await expect(relay.accept(fingerprint())).rejects.toThrow('no server has shown');
    await relay.store.close();
  });

  test('[RELAY-2] C1 T11: the relay ends under a page: it hears of it, and what was not sent is kept', async () => {
    const store = new MemoryStore();
    const { relay, house } = await stage({ store, transport: 'tls' });
    const erna = await relay.connect(page);
    await erna.register({ name: 'erna', password: PASSWORD });
    await erna.login({ name: 'erna', password: PASSWORD });
    house.close();
    expect(await relay.ended).toMatchObject({ name: 'RelayGone' });
    expect((await store.load()).session?.userName).toBe('erna');
    await erna.close().catch(() => {});
  });

  test('[RELAY-3] C1: a page that has the cookie from elsewhere comes to no server', async () => {
    const { window } = await stage();
    expect(await window.opens(KEEPER_PATH, { Origin: 'http://evil.example' })).toBe(false);
    const socket = (path: string) => window.socket(path, { Origin: 'http://evil.example' });
    await expect(openRelay({ socket })).rejects.toMatchObject({ name: 'RelayGone' });
  });
});

/** Of the server, as `connect` sees it directly. */
function fingerprint(): string {
  if (server.trust.kind !== 'pin') throw new Error('no pin');
  return formatFingerprint(server.trust.sha256);
}
