/** What is forgotten, and when (F1). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { UserNumber } from '@sotto/model';
import { VirtualClock } from '@sotto/protocol/testing';
import { sha256Of } from '../digest.ts';
import { KeyedLock } from '../keyed-lock.ts';
import { openStore } from '../storage/open.ts';
import type { Store } from '../storage/store.ts';
import { MemoryBlobs } from '../testing/memory-blobs.ts';
import { digestKey, partialName, readPartialName } from './keys.ts';
import { SWEEP_MS, Upkeep, type UpkeepOptions } from './upkeep.ts';

const ALICE = 1 as UserNumber;
const NO_QUOTAS = { accountMax: undefined, totalMax: undefined };
/** Where the sweep of storage in this thread has come to its end. */
const SETTLE_MS = 50;

let store: Store;
let blobs: MemoryBlobs;
let clock: VirtualClock;
let digests: KeyedLock;
let failures: unknown[];
let upkeep: Upkeep | undefined;

beforeEach(async () => {
  store = await openStore({ url: ':memory:', inThread: true, uuid: () => crypto.randomUUID() });
  blobs = new MemoryBlobs();
  clock = new VirtualClock();
  digests = new KeyedLock();
  failures = [];
});

afterEach(async () => {
  await upkeep?.stop();
  await store.close();
});

function makeUpkeep(options: Partial<UpkeepOptions> = {}): Upkeep {
  upkeep = new Upkeep({
    store: store.files,
    blobs,
    digests,
    giveUp: ({ user, sha256 }) => blobs.dropPartial(partialName(user, sha256)),
    clock,
    onFailure: (failure) => failures.push(failure),
    ...options,
  });
  return upkeep;
}

const settle = async () => {
  for (let step = 0; step < SETTLE_MS; step++) {
    await clock.advance(1);
    await Bun.sleep(0);
  }
};
const kept = async () => new Set((await Array.fromAsync(blobs.blobs())).map(digestKey));
const partials = async () => new Set(await Array.fromAsync(blobs.partials()));
const reserve = (bytes: Uint8Array, expiresMs = clock.now() + 10 * SWEEP_MS) =>
  store.files.reserve(
    { user: ALICE, sha256: sha256Of(bytes), sizeBytes: bytes.length, expiresMs },
    NO_QUOTAS,
  );

async function partial(name: string, bytes: Uint8Array) {
  const there = await blobs.openPartial(name, bytes.length);
  await there.append(bytes);
  return there;
}

async function blob(bytes: Uint8Array): Promise<string> {
  await (await partial('1', bytes)).finish(sha256Of(bytes));
  return digestKey(sha256Of(bytes));
}

async function stored(bytes: Uint8Array, expiresMs?: number): Promise<string> {
  await reserve(bytes, expiresMs);
  const key = await blob(bytes);
  await store.files.finishUpload(ALICE, sha256Of(bytes), expiresMs ?? clock.now() + 10 * SWEEP_MS);
  return key;
}

const bytesOf = (length: number) => new Uint8Array(length).fill(length);

describe('at the start', () => {
  test('[UPKEEP-3] bytes that no row knows are removed, all others stay', async () => {
    const known = new Set([await stored(bytesOf(1)), await stored(bytesOf(2))]);
    for (let length = 10; length < 250; length++) await blob(bytesOf(length));
    makeUpkeep().start();
    await settle();
    expect(await kept()).toEqual(known);
    expect(failures).toEqual([]);
  });

  test('[UPKEEP-3] what a crash left goes although no file is known, but not the files of another server', async () => {
    for (let length = 1; length <= 100; length++) await blob(bytesOf(length));
    makeUpkeep().start();
    await settle();
    expect(await kept()).toEqual(new Set());
    await upkeep?.stop();
    for (let length = 1; length <= 101; length++) await blob(bytesOf(length));
    makeUpkeep().start();
    await settle();
    expect(await kept()).toHaveLength(101);
    expect(failures).toEqual([
      expect.objectContaining({ message: expect.stringContaining('another server') }),
    ]);
  });

  test('[UPKEEP-3] partial uploads without a row are removed, those that are gone on with stay', async () => {
    await reserve(bytesOf(1));
    const going = partialName(ALICE, sha256Of(bytesOf(1)));
    await partial(going, bytesOf(1));
    await partial(partialName(2 as UserNumber, sha256Of(bytesOf(1))), bytesOf(1));
    await partial(partialName(ALICE, sha256Of(bytesOf(2))), bytesOf(2));
    await partial('somethingelse', bytesOf(3));
    // It ended, and the crash came before the partial was gone.
    await stored(bytesOf(4));
    await partial(partialName(ALICE, sha256Of(bytesOf(4))), bytesOf(4));
    makeUpkeep().start();
    await settle();
    expect(await partials()).toEqual(new Set([going]));
  });

  test('[UPKEEP-3] [UPKEEP-2] what was forgotten before a crash, or was to be, goes', async () => {
    await stored(bytesOf(1));
    await stored(bytesOf(2));
    for (const length of [1, 2]) await store.files.dropUpload(ALICE, sha256Of(bytesOf(length)));
    expect(await store.files.forget(sha256Of(bytesOf(1)))).toBe(true);
    makeUpkeep().start();
    await settle();
    expect(await kept()).toEqual(new Set());
    expect(await store.files.stored([sha256Of(bytesOf(2))])).toEqual([]);
  });

  test('[UPKEEP-3] bytes whose row comes while they are looked at stay', async () => {
    const bytes = bytesOf(5);
    const sha256 = sha256Of(bytes);
    await reserve(bytes);
    const began = Promise.withResolvers<void>();
    const going = digests.run([digestKey(sha256)], async () => {
      await blob(bytes);
      await began.promise;
      await store.files.finishUpload(ALICE, sha256, clock.now() + SWEEP_MS);
    });
    makeUpkeep().start();
    await settle();
    began.resolve();
    await going;
    await settle();
    expect(await kept()).toEqual(new Set([digestKey(sha256)]));
  });
});

describe('from then on', () => {
  test('[UPKEEP-1] what expires is given up within a sweep, its bytes with it', async () => {
    await stored(bytesOf(1), clock.now() + 1);
    await reserve(bytesOf(2), clock.now() + 1);
    await partial(partialName(ALICE, sha256Of(bytesOf(2))), bytesOf(2));
    const stays = await stored(bytesOf(3));
    makeUpkeep();
    await clock.advance(SWEEP_MS);
    await settle();
    expect([await kept(), await partials()]).toEqual([new Set([stays]), new Set()]);
    expect(await store.files.usedBy(ALICE)).toBe(3);
  });

  test('[UPKEEP-2] hundreds that nothing refers to go at once when it is woken, however often', async () => {
    for (let length = 1; length <= 250; length++) {
      await stored(bytesOf(length));
      await store.files.dropUpload(ALICE, sha256Of(bytesOf(length)));
    }
    const looked = { times: 0 };
    const counting: UpkeepOptions['store'] = {
      ...store.files,
      dropExpired: (nowMs) => {
        looked.times++;
        return store.files.dropExpired(nowMs);
      },
    };
    const woken = makeUpkeep({ store: counting });
    for (let times = 0; times < 100; times++) {
      woken.wake();
      await clock.advance(10);
    }
    await settle();
    expect(await kept()).toEqual(new Set());
    expect(looked.times).toBe(1);
  });

  test('[UPKEEP-3] bytes that could not be removed are tried again, and keep no others', async () => {
    for (const length of [1, 2]) {
      await stored(bytesOf(length));
      await store.files.dropUpload(ALICE, sha256Of(bytesOf(length)));
    }
    const stuck = digestKey(sha256Of(bytesOf(1)));
    let fails = true;
    const remove = blobs.remove.bind(blobs);
    blobs.remove = async (sha256) => {
      if (fails && digestKey(sha256) === stuck) throw new Error('busy');
      await remove(sha256);
    };
    makeUpkeep().wake();
    await clock.advance(1_000);
    await settle();
    expect(await kept()).toEqual(new Set([stuck]));
    expect(failures).toEqual([new Error('busy')]);
    fails = false;
    await clock.advance(SWEEP_MS);
    await settle();
    expect(await kept()).toEqual(new Set());
  });

  test('[UPKEEP-3] what could not be removed and is stored again meanwhile stays', async () => {
    const bytes = bytesOf(1);
    await stored(bytes);
    await store.files.dropUpload(ALICE, sha256Of(bytes));
    const remove = blobs.remove.bind(blobs);
    blobs.remove = () => Promise.reject(new Error('busy'));
    makeUpkeep().wake();
    await clock.advance(1_000);
    await settle();
    blobs.remove = remove;
    const key = await stored(bytes, clock.now() + 10 * SWEEP_MS);
    await clock.advance(SWEEP_MS);
    await settle();
    expect(await kept()).toEqual(new Set([key]));
  });

  test('[UPKEEP-2] what fails in storage is told, and tried again with the next sweep', async () => {
    await stored(bytesOf(1));
    await store.files.dropUpload(ALICE, sha256Of(bytesOf(1)));
    let fails = true;
    const failing: UpkeepOptions['store'] = {
      ...store.files,
      unreferenced: async () => {
        if (fails) throw new Error('locked');
        return store.files.unreferenced();
      },
    };
    makeUpkeep({ store: failing }).wake();
    await clock.advance(1_000);
    await settle();
    expect(failures).toEqual([new Error('locked')]);
    fails = false;
    await clock.advance(SWEEP_MS);
    await settle();
    expect(await kept()).toEqual(new Set());
  });

  test('[UPKEEP-2] it stops after the file it is at', async () => {
    for (let length = 1; length <= 20; length++) {
      await stored(bytesOf(length));
      await store.files.dropUpload(ALICE, sha256Of(bytesOf(length)));
    }
    const stopping = makeUpkeep();
    const remove = blobs.remove.bind(blobs);
    let stopped: Promise<void> | undefined;
    blobs.remove = async (sha256) => {
      stopped ??= stopping.stop();
      await remove(sha256);
    };
    stopping.wake();
    await clock.advance(1_000);
    await settle();
    await stopped;
    expect(await kept()).toHaveLength(19);
    stopping.wake();
    await clock.advance(SWEEP_MS);
    await settle();
    expect(await kept()).toHaveLength(19);
  });
});

test('[UPKEEP-3] names of partials are those of uploads, and nothing else is', () => {
  const sha256 = sha256Of(bytesOf(1));
  expect(readPartialName(partialName(ALICE, sha256))).toEqual({ user: ALICE, sha256 });
  const hex = digestKey(sha256);
  for (const name of [
    '',
    hex,
    `0u${hex}`,
    `1u${hex}0`,
    `1u${hex.toUpperCase()}`,
    `-1u${hex}`,
    `1x${hex}`,
    `../1u${hex}`,
  ])
    expect(readPartialName(name)).toBeUndefined();
});
