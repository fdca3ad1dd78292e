import { describe, expect, test } from 'bun:test';
import { LOBBY, MESSAGE_MAX_BYTES, type RoomNumber, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { ClientClosed } from '../errors.ts';
import { LOBBY_STREAM, textsIn } from '../testing/fake-server.ts';
import { createWorld, follow, mortalClient, onlineClient, startClient } from '../testing/harness.ts';
import { IN_FLIGHT_MAX } from './flow.ts';
import { verdict } from './policy.ts';

const ID = '000102030405060708090a0b0c0d0e0f';

describe('outbox (M7)', () => {
  test('[OUTBOX-1] a client that dies with unsent messages sends them when it returns, in order', async () => {
    const world = await createWorld();
    const { client, kill } = await mortalClient(world);
    world.server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    for (const text of ['a', 'b', 'c']) void client.send(LOBBY, text);
    await world.time.until(() => world.server.named('sendMessage').length === 3);
    kill();
    world.server.trouble = () => undefined;
    const returned = await startClient(world);
    expect(returned.outboxSize).toBe(3);
    const seen = follow(returned);
    returned.resume().catch(() => {});
    await world.time.until(() => returned.outboxSize === 0);
    await returned.flushed();
    expect(textsIn(world.server.events(LOBBY_STREAM))).toEqual(['a', 'b', 'c']);
    await world.time.until(() => seen.kinds.filter((kind) => kind === 'outboxSettled').length === 3);
    expect((await world.store.load()).outbox).toEqual([]);
    await returned.close();
  });

  test('[OUTBOX-1] M9: what a message answers, and its thread, survive the death of the client', async () => {
    const world = await createWorld();
    const { client, kill } = await mortalClient(world);
    world.server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    const place = { replyTo: 3 as Sequence, thread: 2 as Sequence };
    void client.send(LOBBY, 'in a thread', place);
    await world.time.until(() => world.server.named('sendMessage').length === 1);
    kill();
    world.server.trouble = () => undefined;
    await world.store.putOutbox({
      clientMessageId: ID,
      position: 99,
      target: { kind: 'room', room: LOBBY },
      text: 'of an older version',
    });
    const returned = await startClient(world);
    returned.resume().catch(() => {});
    await world.time.until(() => returned.outboxSize === 0);
    const [, second, old] = world.server.named('sendMessage');
    expect(second).toMatchObject({ relatesTo: 3, thread: 2 });
    expect(old).toMatchObject({ relatesTo: 0, thread: 0 });
    await returned.close();
  });

  test('[OUTBOX-2] an answer that is lost: the message is sent again under its id and stands once (M7)', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const sent = client.send(LOBBY, 'once', { clientMessageId: ID });
    world.server.trouble = (request) => {
      if (request.name !== 'sendMessage') return undefined;
      world.server.accept(request.message);
      return 'silence';
    };
    await world.time.until(() => world.server.events(LOBBY_STREAM).length === 1);
    world.server.trouble = () => undefined;
    world.server.last.cut();
    await world.time.until(() => client.outboxSize === 0);
    expect(await sent).toMatchObject({ sequence: 1 as never });
    expect(textsIn(world.server.events(LOBBY_STREAM))).toEqual(['once']);
    await client.close();
  });

  test('[OUTBOX-3] never more than the stated number is under way, and the order of a room stays', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    const texts = Array.from({ length: IN_FLIGHT_MAX + 50 }, (_, index) => `message ${index}`);
    for (const text of texts) void client.send(LOBBY, text);
    await world.time.settle();
    expect(world.server.named('sendMessage').length).toBe(IN_FLIGHT_MAX);
    world.server.trouble = () => undefined;
    world.server.last.cut();
    await world.time.until(() => client.outboxSize === 0);
    expect(textsIn(world.server.events(LOBBY_STREAM))).toEqual(texts);
    await client.close();
  });

  test('[OUTBOX-4] a permanent refusal rejects and removes; what follows goes on', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.trouble = (request) =>
      request.name === 'sendMessage' && request.message.room === 9
        ? new SottoError(ErrorCode.PERMISSION_DENIED)
        : undefined;
    const refused = client.send(9 as RoomNumber, 'no');
    const taken = client.send(LOBBY, 'yes');
    refused.catch(() => {});
    await world.time.until(() => client.outboxSize === 0);
    await expect(refused).rejects.toMatchObject({ code: ErrorCode.PERMISSION_DENIED });
    expect(await taken).toMatchObject({ sequence: 1 as never });
    expect((await world.store.load()).outbox).toEqual([]);
    await client.close();
  });

  test('[OUTBOX-4] a server that says later is asked again after the time it gave', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const before = world.time.now();
    world.server.trouble = ({ name }) =>
      name === 'sendMessage' && world.time.now() < before + 7_000
        ? new SottoError(ErrorCode.RATE_LIMITED, '', 7_000)
        : undefined;
    void client.send(LOBBY, 'first');
    void client.send(LOBBY, 'second');
    await world.time.until(() => client.outboxSize === 0);
    expect(world.server.named('sendMessage').length).toBe(4);
    expect(textsIn(world.server.events(LOBBY_STREAM))).toEqual(['first', 'second']);
    await client.close();
  });

  test.each([
    [ErrorCode.RECIPIENT_OFFLINE, 1, 'reject'],
    [ErrorCode.CONTENT_TOO_LARGE, 1, 'reject'],
    [ErrorCode.RATE_LIMITED, 100, 'wait'],
    [ErrorCode.INTERNAL, 1, 'wait'],
    [ErrorCode.INTERNAL, 6, 'reject'],
    [ErrorCode.SHUTTING_DOWN, 1, 'reconnect'],
  ] as const)('[OUTBOX-4] code %p, refused %p times: %s', (code, refusals, kind) => {
    expect(verdict(new SottoError(code), refusals).kind).toBe(kind);
  });

  test('[OUTBOX-1] close keeps what is unsent and rejects; logout drops it', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    const sent = client.send(LOBBY, 'kept');
    sent.catch(() => {});
    await world.time.settle();
    const flushed = client.flushed();
    flushed.catch(() => {});
    await client.close();
    await expect(sent).rejects.toBeInstanceOf(ClientClosed);
    await expect(flushed).rejects.toBeInstanceOf(ClientClosed);
    expect((await world.store.load()).outbox.length).toBe(1);
    const again = await onlineClient(world);
    await Promise.all([again.logout(), world.time.pass(1_000)]);
    const { outbox, session } = await world.store.load();
    expect({ outbox, session }).toEqual({ outbox: [], session: undefined });
  });

  test('bad arguments are refused before anything is kept', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const codes = [
      client.send(LOBBY, ''),
      client.send(LOBBY, 'x'.repeat(MESSAGE_MAX_BYTES + 1)),
      client.send(LOBBY, '\ud800'),
      client.send('nowhere', 'text'),
      client.send(LOBBY, 'text', { clientMessageId: 'xyz' }),
      client.sendDirect([], 'text'),
    ].map((sent) =>
      sent.then(
        () => undefined,
        (error: SottoError) => error.codeName,
      ),
    );
    expect(await Promise.all(codes)).toEqual([
      'CONTENT_INVALID',
      'CONTENT_TOO_LARGE',
      'CONTENT_INVALID',
      'NOT_FOUND',
      'ARGUMENT_INVALID',
      'ARGUMENT_INVALID',
    ]);
    expect(client.outboxSize).toBe(0);
    await client.close();
  });

  test('an aborted send stops waiting; the message goes out all the same', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const abort = new AbortController();
    const sent = client.send(LOBBY, 'text', { signal: abort.signal });
    sent.catch(() => {});
    abort.abort();
    await expect(sent).rejects.toThrow('abort');
    await world.time.until(() => client.outboxSize === 0);
    expect(textsIn(world.server.events(LOBBY_STREAM))).toEqual(['text']);
    await client.close();
  });
});
