/** Transfers as nobody honest makes them, at a real server (F2, F4): a clear error, nothing kept, and others are not held up. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_CHUNK_BYTES, LOBBY, TRANSFERS_MAX } from '@sotto/model';
import { type FrameFields, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { piecesOf, sha256Of } from '@sotto/server/testing';
import { seedAccounts } from './support/accounts.ts';
import { freshBytes, keptFiles, noneOf, sha256 } from './support/files.ts';
import { type Resumed, resumeOver } from './support/peers.ts';
import { type ServerProcess, startServer } from './support/server.ts';
import { deleteOffer, endOf, offer, progressOf, upload } from './support/transfers.ts';

const TIMEOUT_MS = 60_000;
const CHUNK = FILE_CHUNK_BYTES;

let directory: string;
let server: ServerProcess;
let mallory: Resumed;
let alice: Resumed;
let transfer = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-hostile-files-'));
  const [one, other] = await seedAccounts(directory, ['alice', 'mallory']);
  if (one === undefined || other === undefined) throw new Error('no accounts');
  server = await startServer({ directory });
  alice = await resumeOver('tls', server.ports.tls, one);
  mallory = await resumeOver('tls', server.ports.tls, other);
}, TIMEOUT_MS);
beforeEach(() => {
  transfer += 1;
});
/** Whatever was tried, the connection is of use still, and nothing is left. */
afterEach(async () => {
  await mallory.peer.request('readFileUsage', {});
  await noneOf(directory, []);
}, TIMEOUT_MS);
afterAll(async () => {
  mallory.peer.connection.abort();
  alice.peer.connection.abort();
  await server.kill('SIGTERM');
  await rm(directory, { recursive: true, force: true });
});

async function code(task: Promise<unknown>): Promise<ErrorCode | undefined> {
  return task.then(
    () => undefined,
    (error) => (error instanceof SottoError ? error.code : Promise.reject(error)),
  );
}

const start = (fields: FrameFields<'startUpload'>) =>
  mallory.peer.request('startUpload', { transfer, ...fields });

/** Starts an upload of these bytes and says something of it that no client says. */
async function disturb(bytes: Uint8Array, ...pieces: FrameFields<'fileData'>[]): Promise<ErrorCode> {
  await start({ sha256: sha256Of(bytes), size: bytes.length });
  for (const piece of pieces) mallory.peer.notify('fileData', { transfer, ...piece });
  const { code } = await endOf(mallory.peer, transfer);
  mallory.peer.notify('endTransfer', { transfer, discard: true });
  return code;
}

test(
  'F2: sizes and digests that none has are refused',
  async () => {
    const sha = sha256Of(new Uint8Array(1));
    for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 60])
      expect(await code(start({ sha256: sha, size }))).toBeOneOf([
        ErrorCode.ARGUMENT_INVALID,
        ErrorCode.FILE_TOO_LARGE,
      ]);
    for (const length of [0, 31, 33, 1000])
      expect(await code(start({ sha256: new Uint8Array(length), size: 1 }))).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await code(start({ sha256: sha, size: 50 * 2 ** 20 + 1 }))).toBe(ErrorCode.FILE_TOO_LARGE);
    expect(await code(start({ transfer: 0, sha256: sha, size: 1 }))).toBe(ErrorCode.ARGUMENT_INVALID);
  },
  TIMEOUT_MS,
);

test(
  'F4: data out of range, out of order or beyond the credit end the transfer',
  async () => {
    const bytes = freshBytes(3 * CHUNK);
    const [first, second] = piecesOf(transfer, bytes);
    const next = () => {
      transfer += 1;
      return freshBytes(3 * CHUNK);
    };
    expect(await disturb(bytes, { ...second })).toBe(ErrorCode.TRANSFER_BROKEN);
    expect(await disturb(next(), { ...first, transfer, offset: -CHUNK })).toBe(ErrorCode.TRANSFER_BROKEN);
    expect(await disturb(next(), { ...first, transfer, offset: Number.NaN })).toBe(ErrorCode.TRANSFER_BROKEN);
    expect(await disturb(next(), { transfer, offset: 0, data: new Uint8Array(CHUNK + 1) })).toBe(
      ErrorCode.TRANSFER_BROKEN,
    );
    expect(await disturb(next(), { transfer, offset: 0, data: new Uint8Array(0) })).toBe(
      ErrorCode.TRANSFER_BROKEN,
    );
    const large = freshBytes(40 * CHUNK);
    transfer += 1;
    expect(await disturb(large, ...piecesOf(transfer, large))).toBe(ErrorCode.TRANSFER_BROKEN);
  },
  TIMEOUT_MS,
);

test(
  'F4: a damaged chunk is asked for again, and then is the end of it',
  async () => {
    const bytes = freshBytes(2 * CHUNK);
    const { peer } = mallory;
    await start({ sha256: sha256Of(bytes), size: bytes.length });
    const [first, second] = piecesOf(transfer, bytes);
    if (first === undefined || second === undefined) throw new Error('no pieces');
    peer.notify('fileData', { ...first, data: freshBytes(CHUNK) });
    expect(await progressOf(peer, transfer, ({ again }) => again)).toMatchObject({ received: 0 });
    // What was on its way when it went back is passed over.
    peer.notify('fileData', second);
    peer.notify('fileData', first);
    peer.notify('fileData', second);
    await progressOf(peer, transfer, ({ received }) => received === bytes.length);
    await peer.request('finishUpload', { transfer });
    await offer(peer, bytes).then(({ sequence }) =>
      peer.request('changeMessage', {
        room: LOBBY,
        sequence,
        clientMessageId: crypto.getRandomValues(new Uint8Array(16)),
        change: { case: 'delete', value: {} },
      }),
    );

    transfer += 1;
    const other = freshBytes(CHUNK);
    await start({ sha256: sha256Of(other), size: other.length });
    for (let tries = 0; tries < 4; tries++)
      peer.notify('fileData', { transfer, offset: 0, data: freshBytes(CHUNK), chunkSha256: sha256Of(other) });
    expect((await endOf(peer, transfer)).code).toBe(ErrorCode.FILE_CORRUPT);
    peer.notify('endTransfer', { transfer, discard: true });
    await noneOf(directory, [sha256(bytes)]);
  },
  TIMEOUT_MS,
);

test(
  'F4: a file that is not what its digest says is not kept',
  async () => {
    const bytes = freshBytes(2 * CHUNK + 5);
    const { peer } = mallory;
    await start({ sha256: sha256Of(new Uint8Array(9)), size: bytes.length });
    for (const piece of piecesOf(transfer, bytes)) peer.notify('fileData', piece);
    await progressOf(peer, transfer, ({ received }) => received === bytes.length);
    expect(await code(peer.request('finishUpload', { transfer }))).toBe(ErrorCode.FILE_CORRUPT);
    await noneOf(directory, []);
    expect(await keptFiles(directory)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'F1: who knows the digest of a file has not got the file',
  async () => {
    const bytes = freshBytes(CHUNK);
    await upload(alice.peer, transfer, bytes);
    expect(await code(offer(mallory.peer, bytes))).toBe(ErrorCode.FILE_GONE);
    const { sequence } = await offer(alice.peer, bytes);
    const started = await start({ sha256: sha256Of(bytes), size: bytes.length });
    expect(started.received).toBe(0);
    expect(await code(mallory.peer.request('finishUpload', { transfer }))).not.toBeUndefined();
    expect(await code(offer(mallory.peer, bytes))).toBe(ErrorCode.FILE_GONE);
    mallory.peer.notify('endTransfer', { transfer, discard: true });
    await deleteOffer(alice.peer, sequence);
    await noneOf(directory, [sha256(bytes)]);
  },
  TIMEOUT_MS,
);

test(
  'F2: an offer that lies about its file, or has none, is refused',
  async () => {
    const bytes = freshBytes(CHUNK);
    const { peer } = mallory;
    expect(await code(offer(peer, bytes))).toBe(ErrorCode.FILE_GONE);
    await upload(peer, transfer, bytes);
    expect(await code(offer(peer, bytes, { size: bytes.length + 1 }))).toBeOneOf([
      ErrorCode.FILE_GONE,
      ErrorCode.CONTENT_INVALID,
      ErrorCode.ARGUMENT_INVALID,
    ]);
    transfer += 1;
    await start({ sha256: sha256Of(bytes), size: bytes.length });
    peer.notify('endTransfer', { transfer, discard: true });
    await noneOf(directory, [sha256(bytes)]);
  },
  TIMEOUT_MS,
);

test(
  'F3: a peer that acknowledges nothing is sent no more than a window',
  async () => {
    const bytes = freshBytes(100 * CHUNK);
    await upload(alice.peer, transfer, bytes);
    const { sequence } = await offer(alice.peer, bytes);
    const { peer } = mallory;
    const size = bytes.length;
    await peer.request('startDownload', { transfer, room: LOBBY, sequence, offset: 0, credit: size });
    await Bun.sleep(1_000);
    const sent = peer.pushed('fileData').reduce((sum, { data }) => sum + data.length, 0);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(2 ** 20);
    for (const progress of [Number.NaN, -1, 0.5, size + 1, 2 ** 53]) {
      peer.notify('fileProgress', { transfer, received: progress, credit: progress });
      const { code } = await endOf(peer, transfer);
      expect(code).toBe(ErrorCode.TRANSFER_BROKEN);
      transfer += 1;
      await peer.request('startDownload', { transfer, room: LOBBY, sequence, offset: 0, credit: size });
    }
    for (const offset of [-1, 1, Number.NaN, CHUNK + 1, size + CHUNK, 2 ** 60]) {
      transfer += 1;
      const started = peer.request('startDownload', {
        transfer,
        room: LOBBY,
        sequence,
        offset,
        credit: size,
      });
      expect(await code(started)).toBe(ErrorCode.ARGUMENT_INVALID);
    }
    await deleteOffer(alice.peer, sequence);
    await noneOf(directory, [sha256(bytes)]);
  },
  TIMEOUT_MS,
);

test(
  'F3: one connection has so many transfers and no more',
  async () => {
    const { peer } = mallory;
    const first = transfer;
    for (let more = 0; more < TRANSFERS_MAX; more++) {
      transfer = first + more;
      await start({ sha256: sha256Of(freshBytes(32)), size: CHUNK });
    }
    transfer += 1;
    expect(await code(start({ sha256: sha256Of(freshBytes(32)), size: CHUNK }))).toBe(
      ErrorCode.LIMIT_REACHED,
    );
    for (let open = first; open < transfer; open++)
      peer.notify('endTransfer', { transfer: open, discard: true });
  },
  TIMEOUT_MS,
);
