import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { ClientClosed } from '../errors.ts';
import { breakingAt, bytesOf, KIB, offered, progressLog, readAll } from '../testing/files.ts';
import { createWorld, failureOf, onlineClient, type World, within } from '../testing/harness.ts';
import { READ_AHEAD_BYTES } from './download.ts';
import { DOWNLOADS_AT_ONCE } from './fetching.ts';

const AGAIN_MAX_BYTES = READ_AHEAD_BYTES + 64 * KIB;
const refused = (code: ErrorCode) => ({ name: 'SottoError', code });

async function fetched(world: World, client: Awaited<ReturnType<typeof onlineClient>>, sequence: Sequence) {
  const { stream } = await within(world.time, client.fetchFile(LOBBY, sequence));
  return within(world.time, readAll(stream));
}

describe('fetching files (F1)', () => {
  test.each([0, 1, 32 * KIB])('[FILES-3] %d bytes are in the message: nothing is asked for', async (size) => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const bytes = bytesOf(size);
    const download = await within(world.time, client.fetchFile(LOBBY, offered(world.server, bytes)));
    expect(await readAll(download.stream)).toEqual(bytes);
    expect(download.file).toMatchObject({ name: 'data.bin', sizeBytes: size, inline: true });
    expect(download.message).toMatchObject({ text: 'look', sender: { name: 'bob' } });
    expect(world.server.named('startDownload')).toEqual([]);
    await client.close();
  });

  test.each([32 * KIB + 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 3000 * KIB])(
    '[FILES-3] %d bytes come as they were sent',
    async (size) => {
      const world = await createWorld();
      const client = await onlineClient(world);
      const bytes = bytesOf(size);
      expect(await fetched(world, client, offered(world.server, bytes))).toEqual(bytes);
      expect(world.server.files.downloadedBytes).toBe(size);
      await client.close();
    },
  );

  test('[FILES-2] connections that break at any point: the bytes are the same, little is sent again (F1)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 33 * KIB, max: 2500 * KIB }),
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
        fc.boolean(),
        async (size, breaks, isSilent) => {
          const world = await createWorld();
          const { files } = world.server;
          const broken = breakingAt(files, breaks, isSilent);
          const client = await onlineClient(world);
          world.server.delayMs = 20;
          const bytes = bytesOf(size, size);
          expect(await fetched(world, client, offered(world.server, bytes))).toEqual(bytes);
          expect(files.downloadedBytes).toBeLessThanOrEqual(size + broken() * AGAIN_MAX_BYTES);
          await client.close();
          await world.time.pass(10);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('[FILES-2] what is offline waits as long as it takes, before it began and in the middle', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const client = await onlineClient(world);
    const bytes = bytesOf(600 * KIB);
    const sequence = offered(server, bytes);
    server.up = false;
    server.last.cut();
    const fetching = client.fetchFile(LOBBY, sequence);
    await time.pass(300_000);
    server.up = true;
    const { stream } = await within(time, fetching);
    const reader = stream.getReader();
    const first = await within(time, reader.read());
    server.up = false;
    server.last.cut();
    await time.pass(300_000);
    server.up = true;
    reader.releaseLock();
    const rest = await within(time, readAll(stream));
    expect(new Uint8Array([...(first.value ?? []), ...rest])).toEqual(bytes);
    await client.close();
  });

  test('[FILES-3] a reader that does not read holds the server up, and what waits here is bounded', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const bytes = bytesOf(5000 * KIB);
    const { stream } = await within(world.time, client.fetchFile(LOBBY, offered(world.server, bytes)));
    await world.time.pass(50_000);
    expect(world.server.files.downloadedBytes).toBe(READ_AHEAD_BYTES);
    for (let breaks = 0; breaks < 5; breaks += 1) {
      world.server.last.cut();
      await world.time.pass(50_000);
    }
    world.server.last.transfers.endAll(ErrorCode.TRANSFER_STALLED);
    await world.time.pass(500_000);
    expect(world.server.files.downloadedBytes).toBe(READ_AHEAD_BYTES);
    expect(await within(world.time, readAll(stream))).toEqual(bytes);
    await client.close();
  });

  test('[FILES-3] what is here already is hashed, and only the rest is fetched', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const bytes = bytesOf(700 * KIB);
    const sequence = offered(world.server, bytes);
    const log = progressLog();
    const have = new Blob([bytes.slice(0, 512 * KIB)]);
    const { stream } = await within(world.time, client.fetchFile(LOBBY, sequence, { have, ...log }));
    expect(await within(world.time, readAll(stream))).toEqual(bytes.slice(512 * KIB));
    expect(world.server.files.downloadedBytes).toBe(188 * KIB);
    expect(log.phases).toEqual(['hashing', 'moving']);
    expect(log.told.at(-1)).toMatchObject({ doneBytes: bytes.length, totalBytes: bytes.length });
    const whole = client.fetchFile(LOBBY, sequence, { have: async () => new Blob([bytes]) });
    expect(await readAll((await within(world.time, whole)).stream)).toEqual(new Uint8Array(0));
    expect(world.server.named('startDownload').length).toBe(1);
    await client.close();
  });

  test.each([
    ['of no whole chunks', 1000, ErrorCode.ARGUMENT_INVALID],
    ['longer than it is', 800 * KIB, ErrorCode.ARGUMENT_INVALID],
    ['of the same size, but another one', 700 * KIB, ErrorCode.FILE_CORRUPT],
  ])('[FILES-3] what is here already is %s: a clear error', async (_what, length, code) => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const sequence = offered(world.server, bytesOf(700 * KIB));
    const have = new Blob([bytesOf(length, 99)]);
    const fetching = within(world.time, client.fetchFile(LOBBY, sequence, { have }));
    expect(await failureOf(fetching)).toMatchObject(refused(code));
    await client.close();
  });

  test('[FILES-10] a chunk that is damaged on the way is asked for again; four times is too often', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const bytes = bytesOf(400 * KIB);
    const sequence = offered(world.server, bytes);
    let damages = 3;
    world.server.files.tamper = (piece) => {
      const isMeant = (piece.chunkSha256?.length ?? 0) > 0 && (piece.offset ?? 0) > 128 * KIB && damages > 0;
      if (!isMeant) return piece;
      damages -= 1;
      return { ...piece, data: new Uint8Array(piece.data?.length ?? 0) };
    };
    expect(await fetched(world, client, sequence)).toEqual(bytes);
    expect(damages).toBe(0);
    damages = 1000;
    expect(await failureOf(fetched(world, client, sequence))).toMatchObject(refused(ErrorCode.FILE_CORRUPT));
    await client.close();
  });

  test('[FILES-10] a server with other bytes: every chunk is as it says, the whole is not, and its end is not handed over', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const bytes = bytesOf(400 * KIB);
    const sequence = offered(world.server, bytes);
    const [key] = [...world.server.files.stored.keys()];
    world.server.files.stored.set(key ?? '', bytesOf(400 * KIB, 2));
    world.server.files.started = (answer) => ({ ...answer, sha256: Uint8Array.fromHex(key ?? '') });
    const { stream } = await within(world.time, client.fetchFile(LOBBY, sequence));
    let read = 0;
    const reading = (async () => {
      for await (const chunk of stream) read += chunk.length;
    })();
    expect(await failureOf(within(world.time, reading))).toMatchObject(refused(ErrorCode.FILE_CORRUPT));
    expect(read).toBeLessThan(bytes.length);
    await client.close();
  });

  test.each([
    ['another size', (answer: object) => ({ ...answer, size: 1 })],
    ['another digest', (answer: object) => ({ ...answer, sha256: new Uint8Array(32) })],
    ['no size', (answer: object) => ({ ...answer, size: Number.NaN })],
  ])('[FILES-10] a server that answers with %s: a clear error', async (_what, started) => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const sequence = offered(world.server, bytesOf(400 * KIB));
    world.server.files.started = started;
    const fetching = within(world.time, client.fetchFile(LOBBY, sequence));
    expect(await failureOf(fetching)).toMatchObject(refused(ErrorCode.FILE_CORRUPT));
    await client.close();
  });

  test.each([
    ['beyond the size', { offset: 400 * KIB, data: new Uint8Array(10) }],
    ['far away', { offset: 2 ** 60 }],
    ['out of order', { offset: 128 * KIB }],
    ['of nothing', { data: new Uint8Array(0) }],
    ['of no number', { offset: Number.NaN }],
    ['with half a digest', { chunkSha256: new Uint8Array(5) }],
  ])('[FILES-10] data %s: a clear error, and the conversation goes on', async (_what, wrong) => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const sequence = offered(world.server, bytesOf(400 * KIB));
    world.server.files.tamper = (piece) => ({ ...piece, ...wrong });
    expect(await failureOf(fetched(world, client, sequence))).toMatchObject(
      refused(ErrorCode.TRANSFER_BROKEN),
    );
    expect(world.server.named('endTransfer')).toMatchObject([{ code: ErrorCode.TRANSFER_BROKEN }]);
    expect((await within(world.time, client.send(LOBBY, 'still here'))).kind).toBe('sent');
    await client.close();
  });

  test('[FILES-4] a server that never says anything: an error after some attempts', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const sequence = offered(world.server, bytesOf(400 * KIB));
    world.server.trouble = ({ name }) => (name === 'startDownload' ? 'silence' : undefined);
    const fetching = client.fetchFile(LOBBY, sequence);
    fetching.catch(() => {});
    await world.time.pass(500_000);
    expect(await failureOf(fetching)).toMatchObject(refused(ErrorCode.TRANSFER_STALLED));
    await client.close();
  });

  test.each([ErrorCode.FILE_NOT_ACCEPTED, ErrorCode.FILE_GONE, ErrorCode.NOT_FOUND])(
    '[FILES-4] %p is an answer',
    async (code) => {
      const world = await createWorld();
      const client = await onlineClient(world);
      const sequence = offered(world.server, bytesOf(400 * KIB));
      world.server.trouble = ({ name }) => (name === 'startDownload' ? new SottoError(code) : undefined);
      const fetching = within(world.time, client.fetchFile(LOBBY, sequence));
      expect(await failureOf(fetching)).toMatchObject(refused(code));
      await client.close();
    },
  );

  test('[FILES-4] the file goes while it is fetched: the stream says so', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const { stream } = await within(
      world.time,
      client.fetchFile(LOBBY, offered(world.server, bytesOf(4000 * KIB))),
    );
    await world.time.pass(100);
    world.server.last.transfers.endAll(ErrorCode.FILE_GONE);
    expect(await failureOf(within(world.time, readAll(stream)))).toMatchObject(refused(ErrorCode.FILE_GONE));
    await client.close();
  });

  test('[FILES-3] messages without a file, and messages that are not there', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const { sequence } = world.server.say(LOBBY, 'no file');
    const without = within(world.time, client.fetchFile(LOBBY, sequence as Sequence));
    expect(await failureOf(without)).toMatchObject(refused(ErrorCode.FILE_GONE));
    const nowhere = within(world.time, client.fetchFile(LOBBY, 999 as Sequence));
    expect(await failureOf(nowhere)).toMatchObject(refused(ErrorCode.MESSAGE_GONE));
    await client.close();
  });

  test.each(['signal', 'cancel', 'close'] as const)(
    '[FILES-5] called off by %s: nothing comes any more, and the server is told where the connection stays',
    async (how) => {
      const world = await createWorld();
      const client = await onlineClient(world);
      const controller = new AbortController();
      const { signal } = controller;
      const sequence = offered(world.server, bytesOf(4000 * KIB));
      const { stream } = await within(world.time, client.fetchFile(LOBBY, sequence, { signal }));
      const reader = stream.getReader();
      await within(world.time, reader.read());
      switch (how) {
        case 'signal':
          controller.abort(new Error('never mind'));
          await world.time.pass(10);
          expect(await failureOf(within(world.time, reader.read()))).toMatchObject({ message: 'never mind' });
          break;
        case 'cancel':
          await reader.cancel();
          break;
        case 'close':
          await client.close();
          await world.time.pass(10);
          expect(await failureOf(within(world.time, reader.read()))).toBeInstanceOf(ClientClosed);
      }
      await world.time.pass(100);
      const told = how === 'close' ? [] : [{ code: 0, discard: false }];
      expect(world.server.named('endTransfer')).toMatchObject(told);
      const before = world.server.files.downloadedBytes;
      await world.time.pass(10_000);
      expect(world.server.files.downloadedBytes).toBe(before);
      await client.close();
    },
  );

  test('[FILES-7] only some come down at a time, the others wait for their turn', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const sequence = offered(world.server, bytesOf(3000 * KIB));
    const count = DOWNLOADS_AT_ONCE + 2;
    const all = Array.from({ length: count }, () => client.fetchFile(LOBBY, sequence));
    await world.time.pass(1_000);
    expect(world.server.named('startDownload').length).toBe(DOWNLOADS_AT_ONCE);
    const sizes = await within(
      world.time,
      Promise.all(all.map(async (fetching) => (await readAll((await fetching).stream)).length)),
    );
    expect(sizes).toEqual(Array.from({ length: count }, () => 3000 * KIB));
    await client.close();
  });
});
