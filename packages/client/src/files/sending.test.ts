import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { decodeMessage, SottoError } from '@sotto/protocol';
import { ContentSchema, ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { ClientClosed } from '../errors.ts';
import { sha256Of } from '../testing/fake-files.ts';
import { type FakeServer, LOBBY_STREAM } from '../testing/fake-server.ts';
import { breakingAt, bytesOf, KIB, progressLog } from '../testing/files.ts';
import {
  createWorld,
  failureOf,
  mortalClient,
  onlineClient,
  startClient,
  within,
} from '../testing/harness.ts';
import { FAILURES_MAX } from './attempts.ts';
import { UPLOADS_AT_ONCE } from './sending.ts';

/** Most that the server gets again after a break: the chunk that was not whole. What was on its way beside that is the window's. */
const AGAIN_MAX_BYTES = 64 * KIB;

const refused = (code: ErrorCode) => ({ name: 'SottoError', code });

function offersIn(server: FakeServer) {
  return server.events(LOBBY_STREAM).flatMap(({ content }) => {
    const decoded = decodeMessage(ContentSchema, content, 'content').content;
    return decoded.case === 'file' ? [decoded.value] : [];
  });
}

describe('sending files (F1)', () => {
  test.each([0, 1, 32 * KIB])(
    '[FILES-1] %d bytes are in the message itself, nothing is uploaded',
    async (size) => {
      const world = await createWorld();
      const client = await onlineClient(world);
      const bytes = bytesOf(size);
      const file = new File([bytes], 'note.txt', { type: 'text/plain;charset=utf-8' });
      await within(world.time, client.sendFile(LOBBY, file, { text: 'read this' }));
      const [offer] = offersIn(world.server);
      expect(offer).toMatchObject({ name: 'note.txt', mediaType: 'text/plain', size, text: 'read this' });
      expect(offer?.inline).toEqual(bytes);
      expect(offer?.sha256).toEqual(sha256Of(bytes));
      expect(world.server.named('startUpload')).toEqual([]);
      expect(world.server.named('sendMessage')[0]?.file).toEqual(new Uint8Array(0));
      await client.close();
    },
  );

  test.each([32 * KIB + 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 700 * KIB])(
    '[FILES-1] %d bytes are uploaded, and offered once they are durable',
    async (size) => {
      const world = await createWorld();
      const client = await onlineClient(world);
      const bytes = bytesOf(size);
      const digest = sha256Of(bytes);
      const sent = await within(world.time, client.sendFile(LOBBY, new Blob([bytes]), { name: 'big' }));
      expect(sent.kind).toBe('sent');
      expect(world.server.files.stored.get(digest.toHex())).toEqual(bytes);
      const order = world.server.requests.map(({ name }) => name);
      expect(order.indexOf('finishUpload')).toBeLessThan(order.indexOf('sendMessage'));
      expect(world.server.named('sendMessage')[0]?.file).toEqual(digest);
      expect(offersIn(world.server)[0]).toMatchObject({ name: 'big', size, inline: new Uint8Array(0) });
      expect(world.server.files.uploadedBytes).toBe(size);
      await client.close();
    },
  );

  test('[FILES-1] a stream is sent as a blob is, and the room is known before anything is read', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const bytes = bytesOf(100 * KIB);
    await within(world.time, client.sendFile(LOBBY, new Blob([bytes]).stream()));
    expect(offersIn(world.server)[0]).toMatchObject({ name: 'file', size: bytes.length });
    const stream = new Blob([bytes]).stream();
    expect(await failureOf(client.sendFile('nowhere', stream))).toMatchObject(refused(ErrorCode.NOT_FOUND));
    expect(stream.locked).toBe(false);
    await client.close();
  });

  test('[FILES-2] connections that break at any point: the bytes are the same, little is sent again (F1)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 33 * KIB, max: 900 * KIB }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
        fc.boolean(),
        async (size, breaks, isSilent) => {
          const world = await createWorld();
          const { files } = world.server;
          const broken = breakingAt(files, breaks, isSilent);
          const client = await onlineClient(world);
          world.server.delayMs = 20;
          const bytes = bytesOf(size, size);
          const sent = await within(world.time, client.sendFile(LOBBY, new Blob([bytes])));
          expect(sent.kind).toBe('sent');
          expect(files.stored.get(sha256Of(bytes).toHex())).toEqual(bytes);
          expect(files.uploadedBytes).toBeLessThanOrEqual(size + broken() * AGAIN_MAX_BYTES);
          await client.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test('[FILES-2] what is offline waits as long as it takes, and says so', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const client = await onlineClient(world);
    server.delayMs = 20;
    const log = progressLog();
    const bytes = bytesOf(600 * KIB);
    const sending = client.sendFile(LOBBY, new Blob([bytes]), log);
    await time.until(() => server.files.uploadedBytes > 200 * KIB);
    server.up = false;
    server.last.cut();
    await time.pass(600_000);
    expect(log.told.at(-1)?.phase).toBe('waiting');
    server.up = true;
    expect((await within(time, sending)).kind).toBe('sent');
    expect(log.phases.filter((phase) => phase === 'waiting').length).toBeGreaterThan(0);
    expect(server.files.uploadedBytes).toBeLessThan(bytes.length + AGAIN_MAX_BYTES);
    await client.close();
  });

  test('[PATH-4] [FILES-6] a connection on which nothing is heard any more moves nothing, and that is said', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const client = await onlineClient(world);
    server.delayMs = 20;
    const log = progressLog();
    const sending = client.sendFile(LOBBY, new Blob([bytesOf(600 * KIB)]), log);
    await time.until(() => server.files.uploadedBytes > 200 * KIB);
    server.up = false;
    server.last.vanish();
    await time.pass(5_000);
    expect(log.told.at(-1)).toMatchObject({ phase: 'waiting', bytesPerSecond: 0 });
    server.up = true;
    expect((await within(time, sending)).kind).toBe('sent');
    await client.close();
  });

  test('[FILES-1] a file that is gone when it is read is said to be, in words for people', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const gone = new Blob([bytesOf(600 * KIB)]);
    const cause = Object.assign(new Error('ENOENT: no such file or directory'), { code: 'ENOENT' });
    gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(cause) });
    const problem = 'the file cannot be read any more: it was moved, deleted or locked';
    expect(await failureOf(client.sendFile(LOBBY, gone))).toMatchObject({
      message: expect.stringMatching(problem),
    });
    expect(offersIn(world.server)).toEqual([]);
    await client.close();
  });

  test('[FILES-2] a client that dies and sends the same file again goes on where it was', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const { client, kill } = await mortalClient(world);
    server.delayMs = 20;
    const blob = new Blob([bytesOf(800 * KIB)]);
    client.sendFile(LOBBY, blob).catch(() => {});
    await time.until(() => [...server.files.partial.values()].some(({ length }) => length > 400 * KIB));
    kill();
    const before = server.files.uploadedBytes;
    const there = [...server.files.partial.values()][0]?.length ?? 0;
    const returned = await startClient(world);
    server.delayMs = 0;
    const resumed = returned.resume();
    await time.until(() => returned.status.kind === 'online');
    await resumed;
    expect((await within(time, returned.sendFile(LOBBY, blob))).kind).toBe('sent');
    expect(server.files.uploadedBytes - before).toBe(800 * KIB - there);
    await returned.close();
  });

  test.each([
    [ErrorCode.FILE_TOO_LARGE, 'startUpload'],
    [ErrorCode.QUOTA_EXCEEDED, 'startUpload'],
    [ErrorCode.STORAGE_FULL, 'startUpload'],
    [ErrorCode.FILE_CORRUPT, 'finishUpload'],
  ] as const)('[FILES-4] %p at %s is an answer: it is not tried again', async (code, name) => {
    const world = await createWorld();
    world.server.trouble = (request) => (request.name === name ? new SottoError(code) : undefined);
    const client = await onlineClient(world);
    const sending = within(world.time, client.sendFile(LOBBY, new Blob([bytesOf(100 * KIB)])));
    expect(await failureOf(sending)).toMatchObject(refused(code));
    expect(world.server.named('startUpload').length).toBe(1);
    expect(offersIn(world.server)).toEqual([]);
    await client.close();
  });

  test.each([
    ErrorCode.RATE_LIMITED,
    ErrorCode.SHUTTING_DOWN,
    ErrorCode.INTERNAL,
    ErrorCode.TRANSFER_STALLED,
  ])('[FILES-4] %p is tried again, later', async (code) => {
    const world = await createWorld();
    let refusals = 3;
    world.server.trouble = ({ name }) =>
      name === 'startUpload' && refusals-- > 0 ? new SottoError(code, '', 700) : undefined;
    const client = await onlineClient(world);
    const before = world.time.now();
    const sent = await within(world.time, client.sendFile(LOBBY, new Blob([bytesOf(100 * KIB)])));
    expect(sent.kind).toBe('sent');
    expect(world.time.now() - before).toBeGreaterThanOrEqual(2_100);
    await client.close();
  });

  test('[FILES-4] the server ends the upload in the middle: it goes on from there', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.delayMs = 20;
    const bytes = bytesOf(500 * KIB);
    const sending = client.sendFile(LOBBY, new Blob([bytes]));
    await world.time.until(() => world.server.files.uploadedBytes > 150 * KIB);
    world.server.last.transfers.endAll(ErrorCode.TRANSFER_STALLED);
    expect((await within(world.time, sending)).kind).toBe('sent');
    expect(world.server.named('startUpload').length).toBe(2);
    expect(world.server.files.stored.get(sha256Of(bytes).toHex())).toEqual(bytes);
    await client.close();
  });

  test.each(['startUpload', 'fileData', 'finishUpload'] as const)(
    '[FILES-4] a server that never says anything to %s: an error after some attempts',
    async (name) => {
      const world = await createWorld();
      world.server.trouble = (request) => (request.name === name ? 'silence' : undefined);
      const client = await onlineClient(world);
      const sending = client.sendFile(LOBBY, new Blob([bytesOf(100 * KIB)]));
      sending.catch(() => {});
      await world.time.pass(FAILURES_MAX * 75_000);
      expect(await failureOf(sending)).toMatchObject(refused(ErrorCode.TRANSFER_STALLED));
      expect(client.status.kind).toBe('online');
      await client.close();
    },
  );

  test.each([
    ['has half a chunk', { received: 1_000 }],
    ['has more than there is', { received: 200 * KIB }],
    ['has no number', { received: Number.NaN }],
    ['lends less than nothing', { credit: -1 }],
  ])('[FILES-10] a server that says that it %s: a clear error', async (_what, wrong) => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.files.uploadStarted = (answer) => ({ ...answer, ...wrong });
    const sending = within(world.time, client.sendFile(LOBBY, new Blob([bytesOf(100 * KIB)])));
    expect(await failureOf(sending)).toMatchObject(refused(ErrorCode.TRANSFER_BROKEN));
    await client.close();
  });

  test.each([
    ['more than was sent', { received: 99 * KIB }],
    ['no number', { received: Number.NaN }],
    ['a chunk again that was never sent', { received: 64 * KIB, again: true }],
    ['half a chunk again', { received: 10, again: true }],
  ])(
    '[FILES-10] a server that acknowledges %s: a clear error, and the conversation goes on',
    async (_what, wrong) => {
      const world = await createWorld();
      const client = await onlineClient(world);
      world.server.files.received = (progress) => ({ ...progress, ...wrong });
      const sending = within(world.time, client.sendFile(LOBBY, new Blob([bytesOf(100 * KIB)])));
      expect(await failureOf(sending)).toMatchObject(refused(ErrorCode.TRANSFER_BROKEN));
      expect(world.server.named('endTransfer')).toMatchObject([{ code: ErrorCode.TRANSFER_BROKEN }]);
      expect((await within(world.time, client.send(LOBBY, 'still here'))).kind).toBe('sent');
      await client.close();
    },
  );

  test('[FILES-10] frames of transfers that are not there do nothing', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const { last } = world.server;
    for (const transfer of [0, 1, 77, 2 ** 32 - 1]) {
      last.send(last.session.push('fileData', { transfer, offset: Number.NaN, data: bytesOf(10) }));
      last.send(last.session.push('fileProgress', { transfer, received: -1, credit: 1e300 }));
      last.send(last.session.push('endTransfer', { transfer, code: ErrorCode.FILE_GONE }));
    }
    await world.time.pass(100);
    expect(client.status.kind).toBe('online');
    const sent = await within(world.time, client.sendFile(LOBBY, new Blob([bytesOf(100 * KIB)])));
    expect(sent.kind).toBe('sent');
    await client.close();
  });

  test('[FILES-5] called off: the server drops what it has, nothing is offered', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.delayMs = 20;
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const sending = client.sendFile(LOBBY, new Blob([bytesOf(900 * KIB)]), options);
    sending.catch(() => {});
    await world.time.until(() => world.server.files.partial.size > 0);
    controller.abort(new Error('never mind'));
    expect(await failureOf(sending)).toMatchObject({ message: 'never mind' });
    await world.time.pass(1_000);
    expect(world.server.files.partial.size).toBe(0);
    expect(world.server.named('endTransfer')).toMatchObject([{ code: 0, discard: true }]);
    expect(offersIn(world.server)).toEqual([]);
    await client.close();
  });

  test('[FILES-5] closing the client ends what is under way', async () => {
    const world = await createWorld();
    world.server.trouble = ({ name }) => (name === 'fileData' ? 'silence' : undefined);
    const client = await onlineClient(world);
    const sending = client.sendFile(LOBBY, new Blob([bytesOf(900 * KIB)]));
    sending.catch(() => {});
    await world.time.pass(100);
    await client.close();
    expect(await failureOf(sending)).toBeInstanceOf(ClientClosed);
  });

  test('[FILES-6] progress: every phase in order, never more than there is, at the end all of it', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.delayMs = 50;
    const log = progressLog();
    const size = 800 * KIB;
    await within(world.time, client.sendFile(LOBBY, new Blob([bytesOf(size)]), log));
    expect(log.phases).toEqual(['hashing', 'waiting', 'moving', 'finishing']);
    const moving = log.told.filter(({ phase }) => phase === 'moving');
    expect(
      moving.some(({ bytesPerSecond, remainingMs }) => bytesPerSecond > 0 && (remainingMs ?? 0) > 0),
    ).toBe(true);
    for (const { doneBytes, totalBytes } of log.told) {
      expect(totalBytes).toBe(size);
      expect(doneBytes).toBeLessThanOrEqual(size);
    }
    expect(log.told.at(-1)).toMatchObject({ phase: 'finishing', doneBytes: size, remainingMs: 0 });
    await client.close();
  });

  test('[FILES-7] only some files go up at a time, and one of the same bytes after the other', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.delayMs = 20;
    const blobs = Array.from({ length: 9 }, (_, index) => new Blob([bytesOf(120 * KIB, index % 8)]));
    const all = Promise.all(blobs.map((blob) => client.sendFile(LOBBY, blob)));
    await within(world.time, all);
    expect(world.server.files.transfersAtOnce).toBe(UPLOADS_AT_ONCE);
    expect(world.server.files.stored.size).toBe(7);
    expect(world.server.files.uploadedBytes).toBe(7 * 120 * KIB);
    const numbers = world.server.named('startUpload').map(({ transfer }) => transfer);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    await client.close();
  });

  test('[FILES-8] an offer that was given to the outbox goes out after a crash, with its file', async () => {
    const world = await createWorld();
    const { client, kill } = await mortalClient(world);
    world.server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    const bytes = bytesOf(90 * KIB);
    client.sendFile(LOBBY, new Blob([bytes]), { name: 'kept.bin', text: 'it is' }).catch(() => {});
    await world.time.until(() => world.server.named('sendMessage').length === 1);
    kill();
    world.server.trouble = () => undefined;
    const returned = await startClient(world);
    expect(returned.outboxSize).toBe(1);
    returned.resume().catch(() => {});
    await world.time.until(() => returned.outboxSize === 0);
    expect(world.server.named('sendMessage')[1]?.file).toEqual(sha256Of(bytes));
    expect(offersIn(world.server)).toMatchObject([{ name: 'kept.bin', text: 'it is', size: bytes.length }]);
    await returned.close();
  });

  test('[FILES-8] where the server keeps the file no more when the offer comes, it goes up once more', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    let refusals = 1;
    const bytes = bytesOf(90 * KIB);
    world.server.trouble = ({ name }) => {
      if (name !== 'sendMessage' || refusals-- <= 0) return undefined;
      world.server.files.stored.clear();
      return new SottoError(ErrorCode.FILE_GONE);
    };
    expect((await within(world.time, client.sendFile(LOBBY, new Blob([bytes])))).kind).toBe('sent');
    expect(world.server.files.stored.get(sha256Of(bytes).toHex())).toEqual(bytes);
    await client.close();
  });
});
