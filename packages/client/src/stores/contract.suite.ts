/** What every store keeps to. `reopen` gives the same profile as after a restart of the program. */
import { describe, expect, test } from 'bun:test';
import type { Sequence, StreamId } from '@sotto/model';
import type { NetworkRecord } from '../paths/memory.ts';
import type { ClientStore, OutboxEntry, StoredSession } from '../store.ts';

export interface StoreFixture {
  store: ClientStore;
  /** It never gives the device's key away, and takes none. */
  hidesKey?: boolean;
  reopen(): Promise<ClientStore>;
}

const SESSION: StoredSession = {
  id: 'id',
  token: Uint8Array.from({ length: 32 }, (_, index) => 255 - index),
  generation: 7,
  userName: 'Ünal',
  userNumber: 3,
  userUuid: 'uuid',
  owner: true,
};

const NETWORKS: readonly NetworkRecord[] = [
  {
    network: 'aa',
    usedMs: 1,
    transports: { udp: { worked: false, atMs: 1 }, tls: { worked: true, atMs: 2 } },
  },
  { network: 'bb', usedMs: 3, transports: {} },
];

export const entry = (position: number, text = `text ${position}`): OutboxEntry => ({
  clientMessageId: position.toString(16).padStart(32, '0'),
  position,
  target:
    position % 2 === 0 ? { kind: 'room', room: 1 } : { kind: 'direct', recipients: [2, 'bob'], strict: true },
  text,
});

const cursors = (...pairs: [number, number | undefined][]) =>
  new Map(pairs.map(([stream, sequence]) => [stream as StreamId, sequence as Sequence | undefined]));

const pages = (...pairs: [string, number | undefined][]) =>
  new Map(pairs.map(([name, byte]) => [name, byte === undefined ? undefined : Uint8Array.of(byte, 0, 255)]));
const byName = (kept: ReadonlyMap<string, Uint8Array>) =>
  [...kept].sort(([one], [other]) => one.localeCompare(other));

export function storeContract(name: string, create: () => Promise<StoreFixture>): void {
  describe(`store contract: ${name} (C4)`, () => {
    test('[STORE-1] an empty store has nothing', async () => {
      const { store } = await create();
      expect(await store.load()).toEqual({
        deviceKey: undefined,
        session: undefined,
        logIncarnation: '',
        cursors: new Map(),
        outbox: [],
        networks: [],
      });
      await store.close();
    });

    test('[STORE-1] what was saved is there after a restart', async () => {
      const { store, reopen, hidesKey } = await create();
      if (hidesKey !== true) await store.saveDeviceKey(new Uint8Array([1, 2, 3]));
      await store.saveSession(SESSION);
      await store.saveCursors('log', cursors([4, 10], [8, 20]));
      await Promise.all(
        [2, 3, 1].map((position) => store.putOutbox(entry(position, 'zwei\nZeilen "und" 😀'))),
      );
      const again = await reopen();
      const snapshot = await again.load();
      expect(snapshot.deviceKey).toEqual(hidesKey ? undefined : new Uint8Array([1, 2, 3]));
      expect(snapshot.session).toEqual(SESSION);
      expect(snapshot.logIncarnation).toBe('log');
      expect([...snapshot.cursors]).toEqual([...cursors([4, 10], [8, 20])] as never);
      expect(snapshot.outbox.map(({ position }) => position)).toEqual([1, 2, 3]);
      expect(snapshot.outbox[1]).toEqual(entry(2, 'zwei\nZeilen "und" 😀'));
      await again.close();
    });

    test('[STORE-1] [FILES-8] a message that offers a file is kept with it', async () => {
      const { store, reopen } = await create();
      const content = 'abcXYZ-_'.repeat(10_000);
      const offer = { ...entry(1, ''), file: { content, sha256: 'ab'.repeat(32) } };
      await store.putOutbox(offer);
      const again = await reopen();
      expect((await again.load()).outbox).toEqual([offer]);
      await again.close();
    });

    test('[STORE-1] [OUTBOX-5] [OUTBOX-6] a message is kept with what became of it, and what is taken out of it is gone', async () => {
      const { store, reopen } = await create();
      const written = { ...entry(1), atMs: 5, isUntried: true, keepFailed: true };
      const { isUntried: _, ...tried } = written;
      const refused = { ...tried, failed: { code: 40, detail: 'room "9"' } };
      await store.putOutbox(written);
      await store.putOutbox({ ...written, clientMessageId: entry(2).clientMessageId, position: 2 });
      await store.putOutbox(tried);
      await store.putOutbox(refused);
      const again = await reopen();
      const { outbox } = await again.load();
      expect(outbox.map((each) => ({ ...each }))).toEqual([
        refused,
        { ...written, clientMessageId: entry(2).clientMessageId, position: 2 },
      ]);
      expect(outbox.map((each) => 'isUntried' in each)).toEqual([false, true]);
      await again.putOutbox({ ...tried, position: 3 });
      expect((await again.load()).outbox.map(({ failed, position }) => ({ failed, position }))).toEqual([
        { failed: undefined, position: 2 },
        { failed: undefined, position: 3 },
      ]);
      await again.close();
    });

    test('[STORE-2] cursors merge, undefined removes, another log drops all', async () => {
      const { store, reopen } = await create();
      await store.saveCursors('one', cursors([4, 1], [8, 2]));
      await store.saveCursors('one', cursors([8, 3], [12, 4], [4, undefined]));
      expect([...(await store.load()).cursors]).toEqual([...cursors([8, 3], [12, 4])] as never);
      await store.saveCursors('two', cursors([4, 9]));
      const again = await reopen();
      const { logIncarnation, cursors: kept } = await again.load();
      expect(logIncarnation).toBe('two');
      expect([...kept]).toEqual([...cursors([4, 9])] as never);
      await again.close();
    });

    test('[STORE-1] [PATH-9] what is known of networks is replaced as a whole', async () => {
      const { store, reopen } = await create();
      await store.saveNetworks(NETWORKS.toReversed());
      await store.saveNetworks(NETWORKS);
      const again = await reopen();
      expect((await again.load()).networks).toEqual(NETWORKS);
      await again.saveNetworks([]);
      expect((await again.load()).networks).toEqual([]);
      await again.close();
    });

    test("[STORE-3] forgetting the session forgets cursors and outbox, and keeps what is the machine's", async () => {
      const { store, reopen, hidesKey } = await create();
      if (hidesKey !== true) await store.saveDeviceKey(new Uint8Array([7]));
      await store.saveSession(SESSION);
      await store.saveCursors('log', cursors([4, 1]));
      await store.putOutbox(entry(1));
      await store.saveNetworks(NETWORKS);
      await store.saveSession(undefined);
      const again = await reopen();
      expect(await again.load()).toEqual({
        deviceKey: hidesKey ? undefined : new Uint8Array([7]),
        session: undefined,
        logIncarnation: '',
        cursors: new Map(),
        outbox: [],
        networks: NETWORKS,
      });
      await again.close();
    });

    test('[STORE-10] C1: pages are kept and replaced by name, and are of the log of the cursors', async () => {
      const { store, reopen } = await create();
      expect(await store.loadKept()).toEqual(new Map());
      await store.saveCursors('one', cursors([4, 1]));
      const large = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
      await store.saveKept('one', new Map([...pages(['rooms', 1], ['room-3', 2]), ['room-4', large]]));
      await store.saveKept('one', pages(['rooms', 9], ['room-3', undefined], ['room-5', undefined]));
      const again = await reopen();
      const expected: [string, Uint8Array][] = [
        ['room-4', large],
        ['rooms', Uint8Array.of(9, 0, 255)],
      ];
      expect(byName(await again.loadKept())).toEqual(expected);
      await again.saveCursors('two', cursors([4, 1]));
      expect(await again.loadKept()).toEqual(new Map());
      await again.saveKept('two', pages(['people', 3]));
      expect(await again.loadKept()).toEqual(pages(['people', 3]) as never);
      await again.close();
    });

    test('[STORE-10] [STORE-3] A5: forgetting the session forgets the pages', async () => {
      const { store, reopen } = await create();
      await store.saveSession(SESSION);
      await store.saveCursors('one', cursors([4, 1]));
      await store.saveKept('one', pages(['rooms', 1], ['room-3', 2]));
      await store.saveSession(undefined);
      expect(await store.loadKept()).toEqual(new Map());
      const again = await reopen();
      await again.saveCursors('one', cursors([4, 1]));
      expect(await again.loadKept()).toEqual(new Map());
      await again.close();
    });

    test('[STORE-1] an entry is replaced by its id and removed by it; removing what is not there is fine', async () => {
      const { store, reopen } = await create();
      await store.putOutbox(entry(1, 'old'));
      await store.putOutbox(entry(1, 'new'));
      await store.putOutbox(entry(2));
      await store.removeOutbox(entry(2).clientMessageId);
      await store.removeOutbox(entry(3).clientMessageId);
      const again = await reopen();
      expect((await again.load()).outbox).toEqual([entry(1, 'new')]);
      await again.close();
    });
  });
}
