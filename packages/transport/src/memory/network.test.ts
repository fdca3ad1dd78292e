import { describe, expect, test } from 'bun:test';
import { CHAT_LANE } from '@sotto/protocol';
import { VirtualClock } from '@sotto/protocol/testing';
import { type Accept, LINGER_MS } from '../contract.ts';
import { Peer, testFrame, testRun } from '../testing/peer.ts';
import { createMemoryNetwork, type MemoryNetworkOptions, MemoryPath } from './index.ts';

/** A network of two peers under virtual time. Everything below happens inside `advance`. */
async function open(
  options: Omit<MemoryNetworkOptions, 'clock'> = {},
  first: (server: Peer) => void = () => {},
) {
  const clock = new VirtualClock();
  const network = createMemoryNetwork({ clock, ...options });
  const peers: Peer[] = [];
  const listener = network.listen(
    'server',
    Peer.accept((peer) => {
      peers.push(peer);
      first(peer);
    }),
  );
  const dialled = network.dial({ name: 'server', events: Peer.accept((peer) => peers.push(peer)) });
  await clock.advance(1_000);
  await dialled;
  const [server, client] = peers;
  if (server === undefined || client === undefined) throw new Error('not connected');
  return { clock, network, listener, server, client };
}

describe('memory network', () => {
  test('T1: nothing moves but by the clock, and bytes arrive after the delay, in order', async () => {
    const delays = [30, 5, 40, 0];
    const { clock, server, client } = await open({
      delayMs: (_, bytes) => (bytes === 0 ? 0 : (delays.shift() ?? 0)),
    });
    for (let id = 0; id < 4; id++) {
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id));
      await clock.advance(0);
    }
    expect(server.ids(CHAT_LANE)).toEqual([]);
    await clock.advance(29);
    expect(server.ids(CHAT_LANE)).toEqual([]);
    await clock.advance(1);
    expect(server.ids(CHAT_LANE)).toEqual([0, 1]);
    await clock.advance(10);
    expect(server.ids(CHAT_LANE)).toEqual([0, 1, 2, 3]);
    expect(clock.pending).toBe(0);
  });

  test('T1: frames that a server sends at once come after the client was introduced', async () => {
    const { client } = await open({}, (server) => server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 8)));
    expect(client.ids(CHAT_LANE)).toEqual([8]);
  });

  test('T10: a cut is told to both ends once, and what was under way is lost', async () => {
    const { clock, network, server, client } = await open({ delayMs: (_, bytes) => (bytes === 0 ? 0 : 10) });
    client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    await clock.advance(5);
    network.cut(server.connection);
    await clock.advance(100);
    expect([server.closes, client.closes]).toEqual([
      [{ reason: 'lost', detail: 'cut' }],
      [{ reason: 'lost', detail: 'cut' }],
    ]);
    expect(server.frames).toEqual([]);
    network.cut(client.connection);
    await clock.advance(100);
    expect(server.closes.length + client.closes.length).toBe(2);
  });

  test('[BUFFER-3] T10: a peer that vanished is not heard of; a close ends after the linger time', async () => {
    const { clock, network, server, client } = await open();
    network.vanish(client.connection);
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    await clock.advance(100_000);
    expect(server.closes).toEqual([]);
    server.connection.close();
    await clock.advance(LINGER_MS - 1);
    expect(server.closes).toEqual([]);
    await clock.advance(1);
    expect(server.reason).toBe('local');
    expect([client.closes, client.frames]).toEqual([[], []]);
  });

  test('[BUFFER-2] T1: very many short runs overflow before their bytes do', async () => {
    const { clock, network, server, client } = await open();
    network.pauseReading(client.connection, true);
    const frame = testFrame(CHAT_LANE, 1);
    const most = testRun(CHAT_LANE, 0, 30_000);
    for (let count = 0; count < 10; count++) server.connection.send(CHAT_LANE, most);
    await clock.advance(0);
    for (let count = 0; count < 70_000; count++) server.connection.send(CHAT_LANE, frame);
    await clock.advance(0);
    expect(server.reason).toBe('overflow');
  });

  test('T2: a name is taken once; nobody at a name is refused; calling off leaves nothing', async () => {
    const { clock, network, listener, server } = await open();
    const events: Accept = Peer.accept(() => {});
    expect(() => network.listen('server', events)).toThrow(expect.objectContaining({ name: 'ListenError' }));
    await listener.close();
    const refused = network.dial({ name: 'server', events }).catch((error: unknown) => error);
    await clock.advance(0);
    expect(await refused).toMatchObject({ reason: 'refused' });
    server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    await clock.advance(0);
    expect(server.closes).toEqual([]);
  });
});

describe('a path that is held', () => {
  async function openHeld(options: Omit<MemoryNetworkOptions, 'clock'> = {}) {
    const clock = new VirtualClock();
    const network = createMemoryNetwork({ clock, delayMs: () => 10, ...options });
    const path = new MemoryPath();
    const servers: Peer[] = [];
    network.listen(
      'server',
      Peer.accept((peer) => servers.push(peer)),
    );
    let client: Peer | undefined;
    const dial = (signal?: AbortSignal) =>
      network.dial({
        name: 'server',
        events: Peer.accept((peer) => {
          client = peer;
        }),
        path,
        ...(signal === undefined ? {} : { signal }),
      });
    const connect = async () => {
      const dialled = dial();
      await clock.advance(100);
      await dialled;
      const server = servers.at(-1);
      if (server === undefined || client === undefined) throw new Error('not connected');
      return { server, client };
    };
    return { clock, path, dial, connect, servers };
  }

  test('T10: what comes to it arrives late, all of it and in order, in the direction that is let go', async () => {
    const { clock, path, connect } = await openHeld();
    const { server, client } = await connect();
    path.hold();
    for (let id = 0; id < 3; id++) {
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id));
      server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id + 10));
      await clock.advance(20_000);
    }
    expect([server.frames, client.frames, server.closes, client.closes]).toEqual([[], [], [], []]);
    path.release('toServer');
    expect([server.ids(CHAT_LANE), client.ids(CHAT_LANE)]).toEqual([[0, 1, 2], []]);
    path.release('toClient');
    expect(client.ids(CHAT_LANE)).toEqual([10, 11, 12]);
  });

  test('T10: a reset waits there too, and what was under way arrives first unless it is overtaken', async () => {
    for (const overtakes of [true, false]) {
      const { clock, path, connect } = await openHeld({ resetOvertakes: () => overtakes });
      const { server, client } = await connect();
      path.hold();
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 5));
      await clock.advance(1);
      client.connection.abort();
      await clock.advance(100_000);
      expect([server.frames, server.closes]).toEqual([[], []]);
      path.release();
      await clock.advance(0);
      expect(server.ids(CHAT_LANE)).toEqual(overtakes ? [] : [5]);
      expect(server.closes).toEqual([{ reason: 'lost', detail: 'reset' }]);
    }
  });

  test('T2: who dials over it hangs until called off or out of time; a server hears of it late', async () => {
    const { clock, path, dial, servers } = await openHeld({ resetOvertakes: () => false });
    path.hold();
    const calling = new AbortController();
    const calledOff = dial(calling.signal).catch((error: unknown) => error);
    const late = dial().catch((error: unknown) => error);
    await clock.advance(9_000);
    calling.abort();
    expect(await calledOff).toMatchObject({ reason: 'local' });
    await clock.advance(2_000);
    expect(await late).toMatchObject({ reason: 'timeout' });
    expect(servers).toEqual([]);
    path.release();
    await clock.advance(100);
    expect(servers.map(({ reason }) => reason)).toEqual(['lost', 'lost']);
  });

  test('T2: a dial that is held for a while succeeds', async () => {
    const { clock, path, dial, servers } = await openHeld();
    path.hold();
    const dialled = dial();
    await clock.advance(5_000);
    path.release();
    await clock.advance(100);
    expect((await dialled).transport).toBe('memory');
    expect(servers.length).toBe(1);
  });
});
