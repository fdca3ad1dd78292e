/** What goes wrong with files where many do things at once, or somebody wants it to (F1, F2, F4). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { type PartialBlob, StorageFull } from '../files/blobs.ts';
import { SWEEP_MS } from '../files/upkeep.ts';
import { Carrying, CHUNK, piecesOf } from '../testing/carrying.ts';
import { remove, Talk } from '../testing/talk.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

const NO_QUOTAS = { accountMax: undefined, totalMax: undefined };

let world: World;
let talk: Talk;
let alice: LoggedIn;
let bob: LoggedIn;
let carrying: Carrying;

beforeEach(async () => {
  world = await createWorld();
  ({ talk, alice, bob } = await Talk.ofTwo(world));
  carrying = new Carrying(world);
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

const left = async ({ number }: LoggedIn) => [
  world.blobs.names,
  await world.store.files.usedBy(number as UserNumber),
];

/** Starts an upload and sends so many of its chunks. */
async function begin(who: LoggedIn, bytes: Uint8Array, chunks: number): Promise<number> {
  const transfer = carrying.next();
  const { received, credit } = await carrying.start(who, bytes, transfer);
  await carrying.send(who, piecesOf(transfer, bytes, received).slice(0, chunks), credit);
  await world.clock.advance(5);
  return transfer;
}

/** Partials are opened so from now on. */
function openPartials(how: (open: () => Promise<PartialBlob>) => Promise<PartialBlob>): void {
  const { blobs } = world;
  const open = blobs.openPartial.bind(blobs);
  blobs.openPartial = (name, sizeBytes) => how(() => open(name, sizeBytes));
}

describe('what is left', () => {
  test('[UPLOAD-11] F4: an upload whose data are not as agreed is dropped, also while they are being written', async () => {
    const bytes = carrying.bytes(4 * CHUNK);
    for (const writable of [Promise.resolve(), Bun.sleep(20)]) {
      world.blobs.writable = writable;
      const transfer = await begin(alice, bytes, 2);
      alice.peer.notify('fileData', { ...piecesOf(transfer, bytes)[3] });
      expect((await carrying.ended(alice, transfer)).code).toBe(ErrorCode.TRANSFER_BROKEN);
      await writable;
      await world.clock.advance(5);
      expect(await left(alice)).toEqual([[], 0]);
    }
  });

  test('[UPLOAD-11] [UPLOAD-10] F4: what was finished waits to be offered, whatever is said of another transfer of it', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    await carrying.upload(alice, bytes);
    const transfer = carrying.next();
    await carrying.start(alice, bytes, transfer);
    alice.peer.notify('fileProgress', { transfer, received: 1 });
    expect((await carrying.ended(alice, transfer)).code).toBe(ErrorCode.TRANSFER_BROKEN);
    await carrying.offer(alice, talk.room, bytes);
  });

  test('[UPLOAD-8] F1: who ends it while it starts may drop it afterwards', async () => {
    const bytes = carrying.bytes(3 * CHUNK);
    await begin(alice, bytes, 2);
    alice.peer.connection.abort();
    await world.clock.advance(5);
    const back = await world.device(alice);
    const transfer = carrying.next();
    const starting = refusal(carrying.start(back, bytes, transfer));
    back.peer.notify('endTransfer', { transfer });
    expect(await starting).toBe(ErrorCode.TRANSFER_BROKEN);
    back.peer.notify('endTransfer', { transfer, discard: true });
    await world.clock.advance(5);
    expect(await left(alice)).toEqual([[], 0]);
  });

  test('[UPLOAD-7] F2: where a disk has no room for the file of an upload, it is refused so, and nothing is taken of the quota', async () => {
    openPartials(() => Promise.reject(new StorageFull()));
    expect(await refusal(carrying.start(alice, carrying.bytes(CHUNK)))).toBe(ErrorCode.STORAGE_FULL);
    expect(await left(alice)).toEqual([[], 0]);
  });

  test('[UPLOAD-7] F2: the same room is not promised to two', async () => {
    world.blobs.maxBytes = 5 * CHUNK;
    const [first, second] = [carrying.bytes(3 * CHUNK), carrying.bytes(3 * CHUNK)];
    await begin(alice, first, 1);
    expect(await refusal(carrying.start(bob, second))).toBe(ErrorCode.STORAGE_FULL);
    alice.peer.connection.abort();
    await world.clock.advance(5);
    expect(await refusal(carrying.start(bob, second))).toBeUndefined();
  });
});

describe('what others do at the same time', () => {
  test('[UPLOAD-5] F1: whether somebody else stores the same file cannot be told by how long the beginning takes', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const stored = Promise.withResolvers<void>();
    openPartials(async (open) => {
      const partial = await open();
      const finish = async (sha256: Uint8Array) => {
        await stored.promise;
        await partial.finish(sha256);
      };
      return Object.assign(Object.create(partial), { finish });
    });
    const transfer = await begin(alice, bytes, 2);
    const finishing = carrying.finish(alice, transfer);
    await world.clock.advance(5);
    expect(await carrying.start(bob, bytes)).toMatchObject({ received: 0 });
    stored.resolve();
    await finishing;
  });

  test('[UPKEEP-1] F4: an upload that is begun anew in the moment in which it expires goes on', async () => {
    const { files } = world.store;
    const bytes = carrying.bytes(3 * CHUNK);
    await begin(alice, bytes, 2);
    alice.peer.connection.abort();
    const [dropped, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const dropExpired = files.dropExpired.bind(files);
    files.dropExpired = async (nowMs) => {
      const expired = await dropExpired(nowMs);
      if (expired.length === 0) return expired;
      dropped.resolve();
      await goOn.promise;
      return expired;
    };
    const back = await world.device(alice);
    const expiring = { sha256: sha256Of(bytes), sizeBytes: bytes.length, expiresMs: world.clock.now() };
    await files.reserve({ user: alice.number as UserNumber, ...expiring }, NO_QUOTAS);
    await world.clock.advance(SWEEP_MS);
    await dropped.promise;
    const transfer = carrying.next();
    const { received, credit } = await carrying.start(back, bytes, transfer);
    goOn.resolve();
    await world.clock.advance(5);
    await carrying.send(back, piecesOf(transfer, bytes, received), credit);
    await carrying.finish(back, transfer);
  });

  test('[DOWNLOAD-4] F1: a download does not begin when its message is deleted while it is looked for', async () => {
    const { files } = world.store;
    const bytes = carrying.bytes(3 * CHUNK);
    await carrying.upload(alice, bytes);
    const sequence = await carrying.offer(alice, talk.room, bytes);
    const [found, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const offer = files.offer.bind(files);
    files.offer = async (...of) => {
      const offered = await offer(...of);
      files.offer = offer;
      found.resolve();
      await goOn.promise;
      return offered;
    };
    const starting = refusal(carrying.startDownload(bob, { room: talk.room, sequence }));
    await world.clock.advance(5);
    await found.promise;
    await talk.change(alice, sequence, remove);
    goOn.resolve();
    expect(await starting).toBe(ErrorCode.FILE_GONE);
    expect(bob.peer.pushed('fileData')).toEqual([]);
  });

  test('[UPLOAD-12] F3: who does not read is told of many small pieces once, when it reads again', async () => {
    const { peer } = alice;
    for (let count = 0; count < 10; count++) await talk.say(alice, 'x'.repeat(16_000));
    const bytes = carrying.bytes(4 * CHUNK);
    const transfer = carrying.next();
    await carrying.start(alice, bytes, transfer);
    world.network.pauseReading(peer.connection, true);
    const stream = roomStream(talk.room as RoomNumber);
    const pages = Promise.all(Array.from({ length: 20 }, () => peer.request('readHistory', { stream })));
    await world.clock.advance(100);
    for (const whole of piecesOf(transfer, bytes))
      for (const piece of inParts(whole)) peer.notify('fileData', piece);
    await world.clock.advance(100);
    world.network.pauseReading(peer.connection, false);
    await carrying.heard(alice, 'fileProgress', transfer, ({ received }) => received === bytes.length);
    expect(peer.pushed('fileProgress').length).toBeLessThan(10);
    await carrying.finish(alice, transfer);
    await world.run(pages);
  });
});

const PART_BYTES = 64;

/** Small pieces of one chunk. */
function inParts(whole: FrameFields<'fileData'>): FrameFields<'fileData'>[] {
  const { offset = 0, data = new Uint8Array(), chunkSha256 = new Uint8Array() } = whole;
  return Array.from({ length: data.length / PART_BYTES }, (_, index) => {
    const from = index * PART_BYTES;
    const end = from + PART_BYTES;
    const digest = end === data.length ? chunkSha256 : new Uint8Array();
    return { ...whole, offset: offset + from, data: data.subarray(from, end), chunkSha256: digest };
  });
}
