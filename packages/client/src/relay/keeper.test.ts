import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { exporterBinding, proofInput } from '@sotto/protocol';
import fc from 'fast-check';
import { toBase64Url } from '../login/base64url.ts';
import { entry, storeContract } from '../stores/contract.suite.ts';
import { MemoryStore } from '../stores/memory.ts';
import { deskSocket } from '../testing/desk-socket.ts';
import { openRelay } from './index.ts';
import { readRequest } from './keeper.ts';
import { KeeperDesk, type KeeperDeskOptions } from './keeper-desk.ts';

setDefaultTimeout(30_000);

const SERVER = { name: 'here:5000', host: 'here', ports: { udp: 1, tls: 2 } };
const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
const PROOF = proofInput('sotto/1 resume', new Uint8Array(32), exporterBinding(new Uint8Array(32)));

function stage(options: Partial<KeeperDeskOptions> = {}) {
  const store = new MemoryStore();
  const desk = new KeeperDesk({
    store,
    server: SERVER,
    hideToken: flip,
    revealToken: flip,
    maySign: () => true,
    trust: async () => false,
    ...options,
  });
  const open = (take = false) => openRelay({ take, socket: () => deskSocket(desk) });
  return { store, desk, open };
}

const guest = { taken() {} };
const SESSION = {
  id: 'id',
  token: new Uint8Array(32).fill(7),
  generation: 3,
  userName: 'ann',
  userNumber: 2,
  userUuid: 'uuid',
  owner: false,
};

storeContract('the keeper of a relay', async () => {
  const { open } = stage();
  const { store } = await open();
  return {
    store,
    hidesKey: true,
    reopen: async () => {
      await store.close();
      return (await open()).store;
    },
  };
});

describe('what a window has of its profile', () => {
  test('[RELAY-7] T13: the token that is kept is the real one, the one in the page is not', async () => {
    const { store, open } = stage();
    const page = (await open()).store;
    await page.saveSession({ ...SESSION, token: flip(SESSION.token) });
    expect((await store.load()).session).toEqual(SESSION);
    await page.close();
    const { session } = await (await open()).store.load();
    expect(session?.token).toEqual(flip(SESSION.token));
  });

  test('[RELAY-7] T13: a token that no window was given is not kept', async () => {
    const { store, open } = stage({ revealToken: () => undefined });
    const page = (await open()).store;
    await expect(page.saveSession(SESSION)).rejects.toThrow('no such token');
    expect((await store.load()).session).toBeUndefined();
  });

  test('[RELAY-6] A1: the key of the device signs, stays in the relay, and is the same at the next launch', async () => {
    const { store, open } = stage();
    const first = await open();
    const signer = await first.store.deviceSigner?.();
    const signature = await signer?.sign(PROOF);
    const key = await crypto.subtle.importKey(
      'raw',
      Uint8Array.from(signer?.publicKey ?? []),
      'Ed25519',
      true,
      ['verify'],
    );
    expect(
      await crypto.subtle.verify('Ed25519', key, Uint8Array.from(signature ?? []), Uint8Array.from(PROOF)),
    ).toBe(true);
    const snapshot = await first.store.load();
    expect([snapshot.deviceKey, (await store.load()).deviceKey?.length]).toEqual([undefined, 48]);
    await first.store.close();
    const again = await (await open()).store.deviceSigner?.();
    expect(again?.publicKey).toEqual(signer?.publicKey ?? new Uint8Array());
  });

  test('[RELAY-6] A1: what is no proof of an open connection is not signed, and no key comes from a page', async () => {
    const { store, open } = stage({ maySign: () => false });
    const page = (await open()).store;
    const signer = await page.deviceSigner?.();
    await expect(signer?.sign(PROOF)).rejects.toThrow('only proofs');
    const kept = (await store.load()).deviceKey;
    await expect(page.saveDeviceKey(new Uint8Array(48))).rejects.toThrow('kept by the relay');
    expect((await store.load()).deviceKey).toEqual(kept);
  });

  test('[RELAY-6] C1: one window at a time, and whoever takes it over ends the other', async () => {
    const { open } = stage();
    const first = await open();
    await expect(open()).rejects.toMatchObject({ name: 'ProfileInUse' });
    const second = await open(true);
    expect(await first.store.lost).toMatchObject({ name: 'ProfileTaken' });
    await expect(first.store.putOutbox(entry(1))).rejects.toMatchObject({ name: 'ProfileTaken' });
    await second.store.putOutbox(entry(1));
    await second.store.close();
    expect((await (await open()).store.load()).outbox).toEqual([entry(1)]);
  });

  test('[RELAY-5] T18: a person accepts by the fingerprint; the relay may refuse', async () => {
    const asked: string[] = [];
    const { open } = stage({
      trust: async (fingerprint) => {
        asked.push(fingerprint);
        return fingerprint === 'SHA256:AB';
      },
    });
    const window = await open();
    await window.accept('SHA256:AB');
    await expect(window.accept('SHA256:CD')).rejects.toThrow('no server has shown');
    expect(asked).toEqual(['SHA256:AB', 'SHA256:CD']);
  });
});

describe('a page that asks for anything', () => {
  test('[RELAY-6] T7: what is no request is known as none', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((text) => `{"id":1,"kind":${text}}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(readRequest(text)).toBeUndefined();
      }),
    );
  });

  test('[RELAY-6] T7: records of any shape change the profile to one that can be read again, or not at all', async () => {
    const good = [
      { kind: 'session', session: { ...SESSION, token: toBase64Url(SESSION.token) } },
      { kind: 'cursors', log: 'log', cursors: [[4, 1]] },
      { kind: 'outbox', entry: entry(1) },
      { kind: 'sent', clientMessageId: entry(1).clientMessageId },
      { kind: 'networks', networks: [] },
      { kind: 'kept', log: 'log', pages: [['room-1', 'AAAA']] },
      { kind: 'deviceKey', key: 'AAAA' },
    ];
    const changed = fc
      .constantFrom(...good)
      .chain((record) =>
        fc.tuple(fc.constant(record), fc.constantFrom(...Object.keys(record)), fc.jsonValue()),
      );
    await fc.assert(
      fc.asyncProperty(changed, async ([record, key, value]) => {
        const { desk, store, open } = stage();
        await desk.answer(JSON.stringify({ id: 1, kind: 'open', take: false }), guest);
        const text = JSON.stringify({ id: 2, kind: 'save', record: { ...record, [key]: value } });
        const answer = await desk.answer(text, guest);
        desk.leave(guest);
        if (answer === undefined) expect(await store.load()).toEqual(await new MemoryStore().load());
        expect((await (await open()).store.load()).deviceKey).toBeUndefined();
      }),
    );
  });

  test('[RELAY-6] T7: without the profile nothing of it is told or changed', async () => {
    const { desk, store } = stage();
    for (const request of [
      { kind: 'save', record: { kind: 'outbox', entry: entry(1) } },
      { kind: 'key' },
      { kind: 'sign', bytes: toBase64Url(PROOF) },
    ]) {
      const answer = await desk.answer(JSON.stringify({ id: 9, ...request }), guest);
      expect(JSON.parse(answer ?? '')).toMatchObject({ id: 9, ok: false, reason: 'inUse' });
    }
    expect(await store.load()).toEqual(await new MemoryStore().load());
  });
});
