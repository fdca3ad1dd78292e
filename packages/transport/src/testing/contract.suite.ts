/** What `contract.ts` promises, as tests that every transport runs [LANE-1] [LANE-2] [BUFFER-1] [BUFFER-2]. */
import { afterEach, describe, expect, test } from 'bun:test';
import { bodyOf, CHAT_LANE, CONTROL_LANE, FIRST_FILE_LANE, laneOfTransfer } from '@sotto/protocol';
import { type Accept, BUFFER_MAX_BYTES, type Connection, HIGH_WATER_BYTES } from '../contract.ts';
import { Peer, testFrame, testRun } from './peer.ts';

/** What a transport hands to the suite. */
export interface TransportHarness {
  name: string;
  /** Listens and returns how to connect to it and how to stop. */
  listen(
    accept: Accept,
  ): Promise<{ dial(events: Accept, signal?: AbortSignal): Promise<Connection>; close(): Promise<void> }>;
  /** The far end of `connection` stops reading, or goes on. */
  pauseReading(connection: Connection, paused: boolean): void;
  /** Both ends have the same proof of the channel. */
  bindsBothEnds: boolean;
}

interface Pair {
  client: Peer;
  server: Peer;
}

export function describeTransport(harness: TransportHarness): void {
  describe(`contract of ${harness.name}`, () => {
    const opened: Peer[] = [];
    let closeListener: () => Promise<void> = async () => {};

    afterEach(async () => {
      for (const peer of opened.splice(0)) peer.connection.abort();
      await closeListener();
      closeListener = async () => {};
    });

    async function openPairs(count: number, introduce: (server: Peer) => void = () => {}): Promise<Pair[]> {
      const servers = new Map<number, Peer>();
      const accept = Peer.accept((server) => {
        opened.push(server);
        server.onFrame = (frame) =>
          servers.set(new DataView(bodyOf(frame).slice().buffer).getUint32(0), server);
        introduce(server);
      });
      const listener = await harness.listen(accept);
      closeListener = listener.close;
      const pairs: Pair[] = [];
      for (let index = 0; index < count; index++) {
        const { promise, resolve } = Promise.withResolvers<Peer>();
        await listener.dial(Peer.accept(resolve));
        const client = await promise;
        opened.push(client);
        const mark = testFrame(CONTROL_LANE, index, 4);
        new DataView(mark.buffer).setUint32(10, index);
        client.connection.send(CONTROL_LANE, mark);
        while (!servers.has(index)) await new Promise((next) => setTimeout(next, 1));
        const server = servers.get(index);
        if (server === undefined) throw new Error('no server end');
        server.onFrame = () => {};
        server.frames.length = 0;
        server.received = 0;
        pairs.push({ client, server });
      }
      return pairs;
    }

    async function openPair(introduce?: (server: Peer) => void): Promise<Pair> {
      const [pair] = await openPairs(1, introduce);
      if (pair === undefined) throw new Error('no pair');
      return pair;
    }

    test('T1: frames arrive whole and in order in both directions', async () => {
      const { client, server } = await openPair();
      for (let id = 0; id < 5_000; id++) {
        client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id, id % 300));
        server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, id, id % 200));
      }
      await Promise.all([
        server.until(() => server.received === 5_000),
        client.until(() => client.received === 5_000),
      ]);
      const ids = Array.from({ length: 5_000 }, (_, id) => id);
      expect(server.ids(CHAT_LANE)).toEqual(ids);
      expect(client.ids(CHAT_LANE)).toEqual(ids);
      for (const frame of server.frames)
        expect(bodyOf(frame)).toEqual(bodyOf(testFrame(0, idOf(frame), bodyOf(frame).length)));
    });

    test('T1: a frame of the greatest length survives', async () => {
      const { client, server } = await openPair();
      const bytes = 128 * 1024;
      client.connection.limitBody(bytes);
      server.connection.limitBody(bytes);
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 7, bytes));
      server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 9, bytes));
      await Promise.all([
        server.until(() => server.received === 1),
        client.until(() => client.received === 1),
      ]);
      expect(server.frames[0]).toEqual(testFrame(CHAT_LANE, 7, bytes));
      expect(client.frames[0]).toEqual(testFrame(CHAT_LANE, 9, bytes));
    });

    test('[LANE-1] T1: control goes before chat, and both before files', async () => {
      const { client, server } = await openPair();
      server.connection.send(FIRST_FILE_LANE, testFrame(FIRST_FILE_LANE, 1));
      server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 2));
      server.connection.send(CONTROL_LANE, testFrame(CONTROL_LANE, 3));
      await client.until(() => client.received === 3);
      expect(client.frames.map(idOf)).toEqual([3, 2, 1]);
    });

    test('[LANE-2] F3: what waits of a file lets chat pass, one chunk at most ahead', async () => {
      const { client, server } = await openPair();
      client.connection.limitBody(64 * 1024);
      harness.pauseReading(client.connection, true);
      // Far more than any kernel takes, so that most of it waits here.
      for (let id = 1; id <= 200; id++)
        server.connection.send(FIRST_FILE_LANE, testFrame(FIRST_FILE_LANE, id, 64 * 1024));
      await new Promise((next) => setTimeout(next, 50));
      const waiting = Math.ceil(server.connection.bufferedBytes / (64 * 1024));
      server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1_000));
      harness.pauseReading(client.connection, false);
      await client.until(() => client.received === 201);
      const place = client.frames.findIndex((frame) => idOf(frame) === 1_000);
      expect(waiting).toBeGreaterThan(50);
      expect(201 - place).toBeGreaterThanOrEqual(waiting - 1);
      expect(client.ids(FIRST_FILE_LANE)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    });

    test('[LANE-1] [LANE-2] F3: chat passes what waits of 64 transfers, each of which keeps its order', async () => {
      const { client, server } = await openPair();
      client.connection.limitBody(64 * 1024);
      harness.pauseReading(client.connection, true);
      const [turns, transfers, pieceBytes] = [12, 64, 16 * 1024];
      const lanes = Array.from({ length: transfers }, (_, index) => laneOfTransfer(index + 1));
      for (let turn = 0; turn < turns; turn++)
        for (const lane of lanes) server.connection.send(lane, testFrame(lane, turn, pieceBytes));
      await new Promise((next) => setTimeout(next, 50));
      const waiting = Math.floor(server.connection.bufferedBytes / pieceBytes);
      server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1_000));
      harness.pauseReading(client.connection, false);
      const all = turns * transfers + 1;
      await client.until(() => client.received === all);
      const place = client.frames.findIndex((frame) => idOf(frame) === 1_000);
      expect(waiting).toBeGreaterThan(200);
      // Of each lane one piece may have begun.
      expect(all - place).toBeGreaterThanOrEqual(waiting - transfers);
      for (const lane of lanes)
        expect(client.ids(lane)).toEqual(Array.from({ length: turns }, (_, turn) => turn));
    }, 30_000);

    test('[BUFFER-1] T1: a slow reader makes send return false, and drain follows', async () => {
      const { client, server } = await openPair();
      client.keepFrames = false;
      harness.pauseReading(client.connection, true);
      const run = testRun(CHAT_LANE, 0, 100, 1_000);
      let sent = 0;
      while (server.connection.send(CHAT_LANE, run)) {
        sent += 1;
        await new Promise((next) => setTimeout(next, 0));
      }
      expect(server.connection.bufferedBytes).toBeGreaterThan(HIGH_WATER_BYTES);
      expect(server.drains).toBe(0);
      harness.pauseReading(client.connection, false);
      await server.until(() => server.drains === 1);
      expect(server.connection.bufferedBytes).toBeLessThan(HIGH_WATER_BYTES / 2);
      await client.until(() => client.received === (sent + 1) * 100);
    });

    test('[BUFFER-2] T1: a peer that does not read ends with overflow, once', async () => {
      const { client, server } = await openPair();
      harness.pauseReading(client.connection, true);
      const run = testRun(CHAT_LANE, 0, 1_000, 1_000);
      let most = 0;
      for (let count = 0; count < 200 && server.closes.length === 0; count++) {
        server.connection.send(CHAT_LANE, run);
        most = Math.max(most, server.connection.bufferedBytes);
        await new Promise((next) => setTimeout(next, 0));
      }
      await server.until(() => server.closes.length > 0);
      expect(server.closes.map(({ reason }) => reason)).toEqual(['overflow']);
      expect(most).toBeLessThanOrEqual(BUFFER_MAX_BYTES);
      expect(server.connection.send(CHAT_LANE, run)).toBe(false);
      harness.pauseReading(client.connection, false);
      await client.until(() => client.closes.length > 0);
    });

    test('T1: close writes what is queued; both ends hear of it once', async () => {
      const { client, server } = await openPair();
      server.connection.send(CHAT_LANE, testRun(CHAT_LANE, 0, 2_000, 200));
      server.connection.close();
      server.connection.close();
      expect(server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1))).toBe(false);
      await Promise.all([
        client.until(() => client.closes.length > 0),
        server.until(() => server.closes.length > 0),
      ]);
      expect(client.received).toBe(2_000);
      expect(client.closes.map(({ reason }) => reason)).toEqual(['peer']);
      expect(server.closes.map(({ reason }) => reason)).toEqual(['local']);
    });

    test('T1: a client closes in order too, and nothing comes after closed', async () => {
      const { client, server } = await openPair();
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 5));
      client.connection.close();
      await Promise.all([
        client.until(() => client.closes.length > 0),
        server.until(() => server.closes.length > 0),
      ]);
      client.connection.abort();
      server.connection.abort();
      await new Promise((next) => setTimeout(next, 5));
      expect(server.ids(CHAT_LANE)).toEqual([5]);
      expect([client.closes.length, server.closes.length]).toEqual([1, 1]);
      expect([client.reason, server.reason]).toEqual(['local', 'peer']);
    });

    test('T1: abort ends at once; events never come inside the call', async () => {
      const { client, server } = await openPair();
      server.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
      server.connection.abort();
      expect(server.closes).toEqual([]);
      await Promise.all([
        client.until(() => client.closes.length > 0),
        server.until(() => server.closes.length > 0),
      ]);
      expect(server.reason).toBe('local');
      expect(['lost', 'peer']).toContain(client.reason ?? '');
      expect(client.received).toBe(0);
    });

    test('[FRAME-4] T7: a frame beyond the limit is malformed; the owner has a last word', async () => {
      const { client, server } = await openPair();
      server.onMalformed = () => server.connection.send(CONTROL_LANE, testFrame(CONTROL_LANE, 99));
      server.connection.limitBody(100);
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1, 100));
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 2, 101));
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 3, 1));
      await Promise.all([
        client.until(() => client.closes.length > 0),
        server.until(() => server.closes.length > 0),
      ]);
      expect(server.ids(CHAT_LANE)).toEqual([1]);
      expect(server.faults.map((error) => error.codeName)).toEqual(['FRAME_TOO_LARGE']);
      expect(server.reason).toBe('malformed');
      expect(client.ids(CONTROL_LANE)).toEqual([99]);
      expect(client.reason).toBe('peer');
    });

    test('T1: a handler that closes in the middle of a run gets no more of it', async () => {
      const { client, server } = await openPair();
      server.onFrame = () => server.connection.close();
      client.connection.send(CHAT_LANE, testRun(CHAT_LANE, 0, 50));
      await server.until(() => server.closes.length > 0);
      expect(server.ids(CHAT_LANE)).toEqual([0]);
    });

    test('T4: an unreliable frame arrives at most once, on an idle connection', async () => {
      const { client, server } = await openPair();
      client.connection.sendUnreliable(testFrame(CHAT_LANE, 4));
      client.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 5));
      await server.until(() => server.ids(CHAT_LANE).includes(5));
      expect(server.ids(CHAT_LANE).filter((id) => id === 4).length).toBeLessThanOrEqual(1);
    });

    test('[LANE-3] T1: bytes shared between connections reach all of them and stay as they are', async () => {
      const pairs = await openPairs(20);
      const run = testRun(CHAT_LANE, 0, 500, 200);
      const copy = run.slice();
      for (let round = 0; round < 3; round++)
        for (const { server } of pairs) server.connection.send(CHAT_LANE, run);
      await Promise.all(pairs.map(({ client }) => client.until(() => client.received === 1_500)));
      expect(run).toEqual(copy);
      const once = Array.from({ length: 500 }, (_, id) => id);
      for (const { client } of pairs) expect(client.ids(CHAT_LANE)).toEqual([...once, ...once, ...once]);
    });

    test('[BIND-1] A1: the two ends of a channel have the same binding, two channels do not where it is per channel', async () => {
      const [first, second] = await openPairs(2);
      if (first === undefined || second === undefined) throw new Error('no pairs');
      if (!harness.bindsBothEnds) return;
      expect(first.client.connection.binding).toEqual(first.server.connection.binding);
      expect(first.client.connection.binding.value.length).toBe(32);
      expect(first.client.connection.security.certificateSha256).toEqual(
        first.server.connection.security.certificateSha256,
      );
    });

    test('T1: dialling that is called off throws DialError and leaves nothing', async () => {
      const listener = await harness.listen(Peer.accept((server) => opened.push(server)));
      closeListener = listener.close;
      const controller = new AbortController();
      controller.abort(new Error('enough'));
      const failure = await listener
        .dial(
          Peer.accept((peer) => opened.push(peer)),
          controller.signal,
        )
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'DialError', reason: 'local' });
    });
  });
}

const idOf = (frame: Uint8Array): number =>
  new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(6);
