import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, RoomKind } from '@sotto/schema';
import { MessageDiscarded } from '../errors.ts';
import { ALICE, BOB, LOBBY_STREAM, textsIn } from '../testing/fake-server.ts';
import {
  createWorld,
  failureOf,
  follow,
  mortalClient,
  onlineClient,
  startClient,
  type World,
  within,
} from '../testing/harness.ts';
import type { OutgoingMessage, SottoClient } from '../types.ts';

const KEPT = { keepFailed: true };
const denied = new SottoError(ErrorCode.PERMISSION_DENIED, 'muted');
const refuseSends =
  (error: SottoError | 'silence') =>
  ({ name }: { name: string }) =>
    name === 'sendMessage' ? error : undefined;

const states = ({ outbox }: SottoClient): string[] =>
  outbox.entries.map(({ text, state }) => `${text} ${state.kind}`);

function only({ outbox }: SottoClient): OutgoingMessage {
  const [entry, ...more] = outbox.entries;
  if (entry === undefined || more.length > 0) throw new Error(`${outbox.entries.length} entries`);
  return entry;
}

/** Refused for good, and kept. */
async function failing(world: World, ...texts: string[]): Promise<SottoClient> {
  const client = await onlineClient(world);
  world.server.trouble = refuseSends(denied);
  for (const text of texts) void client.send(LOBBY, text, KEPT).catch(() => {});
  await world.time.settle();
  world.server.trouble = () => undefined;
  return client;
}

/** A stored session, and nobody to resume it with. */
async function offlineClient(world: World): Promise<SottoClient> {
  world.server.up = false;
  const client = await startClient(world);
  client.resume().catch(() => {});
  await world.time.settle();
  return client;
}

describe('what is seen of the outbox (M7, C4)', () => {
  test('[OUTBOX-5] each state, with all that is said of a message; the same objects until something changes', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const client = await onlineClient(world);
    let changes = 0;
    client.outbox.onChange(() => (changes += 1));
    server.trouble = refuseSends('silence');
    const place = { replyTo: 3 as Sequence, thread: 2 as Sequence };
    void client.send(LOBBY, 'a', place).catch(() => {});
    expect(only(client).state).toEqual({ kind: 'waiting', until: undefined });
    await time.settle();
    const { entries } = client.outbox;
    expect(entries).toMatchObject([
      {
        text: 'a',
        target: { kind: 'room', room: LOBBY },
        ...place,
        file: undefined,
        at: new Date(time.now()),
      },
    ]);
    expect(only(client).state).toEqual({ kind: 'sending' });
    expect(client.outbox.entries).toBe(entries);
    expect(client.outbox.get(only(client).clientMessageId)).toBe(entries[0]);
    server.trouble = () => undefined;
    server.last.cut();
    await time.until(() => client.outboxSize === 0);
    expect(client.outbox.entries).toEqual([]);
    expect(changes).toBeGreaterThan(1);
    await client.close();
  });

  test('[OUTBOX-5] a message that waits because the server said so says until when', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const client = await onlineClient(world);
    server.trouble = refuseSends(new SottoError(ErrorCode.RATE_LIMITED, '', 7_000));
    void client.send(LOBBY, 'slow').catch(() => {});
    await time.settle();
    expect(only(client).state).toEqual({ kind: 'waiting', until: new Date(time.now() + 7_000) });
    server.trouble = () => undefined;
    await time.until(() => client.outboxSize === 0);
    expect(textsIn(server.events(LOBBY_STREAM))).toEqual(['slow']);
    await client.close();
  });

  test('[OUTBOX-5] [FILES-11] what a waiting message offers is told', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.trouble = refuseSends('silence');
    const file = new File(['hello'], 'a.txt', { type: 'text/plain' });
    void client.sendFile(LOBBY, file, { text: 'see' }).catch(() => {});
    await world.time.until(() => client.outboxSize === 1);
    const offered = { name: 'a.txt', sizeBytes: 5, mediaType: 'text/plain', inline: true };
    expect(only(client)).toMatchObject({ text: 'see', file: offered });
    await client.close();
  });
});

describe('messages that failed (M7)', () => {
  test('[OUTBOX-5] stay where that was asked for, count as nothing that waits, and are there after a restart', async () => {
    const world = await createWorld();
    const client = await failing(world, 'kept');
    const gone = client.send(LOBBY, 'taken');
    expect(await within(world.time, gone)).toMatchObject({ sequence: 1 });
    expect(only(client).state).toEqual({ kind: 'failed', error: denied });
    expect(client.outboxSize).toBe(0);
    await client.flushed();
    await client.close();
    const again = await onlineClient(world);
    await world.time.pass(60_000);
    expect(only(again)).toMatchObject({
      text: 'kept',
      state: { kind: 'failed', error: { detail: 'muted' } },
    });
    expect(textsIn(world.server.events(LOBBY_STREAM))).toEqual(['taken']);
    await again.close();
  });

  test('[OUTBOX-4] without being asked for it they are gone, and the rejection alone tells', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.trouble = refuseSends(denied);
    expect(await failureOf(within(world.time, client.send(LOBBY, 'gone')))).toMatchObject({
      code: denied.code,
    });
    expect(client.outbox.entries).toEqual([]);
    expect((await world.store.load()).outbox).toEqual([]);
    await client.close();
  });

  test('[OUTBOX-5] sent again: under the same id, behind all others, also by the next run', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const before = await failing(world, 'a', 'b');
    const ids = before.outbox.entries.map(({ clientMessageId }) => clientMessageId);
    await before.close();
    const client = await offlineClient(world);
    void client.send(LOBBY, 'c').catch(() => {});
    expect(await client.outbox.sendAgain(ids[0] ?? '')).toBe(true);
    expect(await client.outbox.sendAgain(ids[0] ?? '')).toBe(false);
    expect(states(client)).toEqual(['b failed', 'c waiting', 'a waiting']);
    server.up = true;
    await time.until(() => client.outboxSize === 0);
    expect(textsIn(server.events(LOBBY_STREAM))).toEqual(['c', 'a']);
    expect(server.events(LOBBY_STREAM)[1]?.clientMessageId.toHex()).toBe(ids[0] ?? '');
    expect(states(client)).toEqual(['b failed']);
    await client.close();
  });

  test('[OUTBOX-5] one that is refused again fails again; whoever sends the same id anew waits for its fate', async () => {
    const world = await createWorld();
    const client = await failing(world, 'a');
    const { clientMessageId } = only(client);
    world.server.trouble = refuseSends(new SottoError(ErrorCode.MUTED));
    await client.outbox.sendAgain(clientMessageId);
    await world.time.until(() => only(client).state.kind === 'failed');
    expect(only(client).state).toMatchObject({ error: { code: ErrorCode.MUTED } });
    world.server.trouble = () => undefined;
    const sent = client.send(LOBBY, 'a', { clientMessageId });
    expect(await within(world.time, sent)).toMatchObject({ sequence: 1 });
    expect(client.outbox.entries).toEqual([]);
    await client.close();
  });

  test('[OUTBOX-5] discarded: gone for good, also from the store', async () => {
    const world = await createWorld();
    const client = await failing(world, 'a', 'b');
    const [first] = client.outbox.entries;
    expect(await client.outbox.discard(first?.clientMessageId ?? '')).toBe(true);
    expect(await client.outbox.discard(first?.clientMessageId ?? '')).toBe(false);
    expect(states(client)).toEqual(['b failed']);
    expect((await world.store.load()).outbox).toMatchObject([{ text: 'b' }]);
    await client.close();
  });

  test('[OUTBOX-5] a direct message failed where nobody got it, and not where somebody did', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const client = await onlineClient(world);
    const error = denied.code;
    const accepted = { room: server.addRoom(9, RoomKind.DIRECT, '', [ALICE, BOB]), sequence: 1, timeMs: 1 };
    server.answer('sendDirect', ({ recipients }) => ({
      outcomes: recipients.map(({ reference }) =>
        reference.value === BOB ? { delivery: 1, accepted } : { delivery: 4, error },
      ),
    }));
    const sent = await within(time, client.sendDirect(['carol'], 'no', KEPT));
    expect(sent.outcomes).toMatchObject([{ delivery: 'refused', sent: undefined }]);
    expect(only(client)).toMatchObject({
      text: 'no',
      state: { kind: 'failed', error: { code: denied.code } },
    });
    await within(time, client.sendDirect(['carol', BOB], 'yes', KEPT));
    expect(states(client)).toEqual(['no failed']);
    await client.close();
  });

  test('[OUTBOX-1] logging out forgets what failed as well', async () => {
    const world = await createWorld();
    const client = await failing(world, 'a');
    await within(world.time, client.logout());
    expect((await world.store.load()).outbox).toEqual([]);
  });
});

describe('messages taken back (M7)', () => {
  test('[OUTBOX-6] what was written offline can be taken back, by the next run too; nobody ever sees it', async () => {
    const world = await createWorld();
    const first = await offlineClient(world);
    const sent = first.send(LOBBY, 'a');
    void first.send(LOBBY, 'b').catch(() => {});
    void first.send(LOBBY, 'c').catch(() => {});
    const [a, b] = first.outbox.entries;
    expect(await first.outbox.discard(a?.clientMessageId ?? '')).toBe(true);
    expect(await failureOf(sent)).toBeInstanceOf(MessageDiscarded);
    await world.time.settle();
    await first.close();
    const next = await offlineClient(world);
    expect(states(next)).toEqual(['b waiting', 'c waiting']);
    expect(await next.outbox.discard(b?.clientMessageId ?? '')).toBe(true);
    world.server.up = true;
    await world.time.until(() => next.outboxSize === 0);
    expect(textsIn(world.server.events(LOBBY_STREAM))).toEqual(['c']);
    await next.close();
  });

  test('[OUTBOX-6] what a connection was given cannot, also after it broke, and after a restart', async () => {
    const world = await createWorld();
    const { client, kill } = await mortalClient(world);
    world.server.trouble = refuseSends('silence');
    void client.send(LOBBY, 'a').catch(() => {});
    await world.time.until(() => world.server.named('sendMessage').length === 1);
    const { clientMessageId } = only(client);
    expect(await client.outbox.discard(clientMessageId)).toBe(false);
    kill();
    const next = await offlineClient(world);
    expect(only(next).state).toEqual({ kind: 'sending' });
    expect(await next.outbox.discard(clientMessageId)).toBe(false);
    await next.close();
  });

  test('[OUTBOX-6] before a connection is given it the store knows: a crash right then leaves it in doubt', async () => {
    const world = await createWorld();
    const first = await offlineClient(world);
    void first.send(LOBBY, 'a').catch(() => {});
    await world.time.settle();
    expect((await world.store.load()).outbox).toMatchObject([{ isUntried: true }]);
    let known: unknown;
    world.server.trouble = ({ name }) => {
      if (name === 'sendMessage') known = (world.store as unknown as { snapshot(): unknown }).snapshot();
      return undefined;
    };
    world.server.up = true;
    await world.time.until(() => first.outboxSize === 0);
    expect(known).toMatchObject({ outbox: [{ text: 'a' }] });
    expect(JSON.stringify(known)).not.toContain('isUntried');
    await first.close();
  });

  test('[OUTBOX-6] what the server refused for now can; where an older answer is missing it cannot', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const client = await onlineClient(world);
    server.trouble = refuseSends(new SottoError(ErrorCode.RATE_LIMITED, '', 7_000));
    void client.send(LOBBY, 'refused').catch(() => {});
    await time.settle();
    expect(await client.outbox.discard(only(client).clientMessageId)).toBe(true);
    await time.pass(8_000);
    server.trouble = refuseSends('silence');
    void client.send(LOBBY, 'in doubt').catch(() => {});
    await time.settle();
    server.trouble = refuseSends(new SottoError(ErrorCode.RATE_LIMITED, '', 7_000));
    const asked = server.named('sendMessage').length;
    server.last.cut();
    await time.until(() => server.named('sendMessage').length > asked);
    await time.settle();
    expect(only(client).state.kind).toBe('sending');
    expect(await client.outbox.discard(only(client).clientMessageId)).toBe(false);
    await client.close();
  });
});

describe('events of own messages (M7)', () => {
  test('[OUTBOX-7] settle what was refused after its answer had been lost', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const client = await onlineClient(world);
    const seen = follow(client);
    server.holdsBack = true;
    server.trouble = (request) => {
      if (request.name !== 'sendMessage') return undefined;
      server.accept(request.message);
      return 'silence';
    };
    void client.send(LOBBY, 'once', KEPT).catch(() => {});
    await time.until(() => server.events(LOBBY_STREAM).length === 1);
    server.trouble = refuseSends(denied);
    server.last.cut();
    await time.until(() => only(client).state.kind === 'failed');
    server.holdsBack = false;
    await time.settle();
    expect(client.outbox.entries).toEqual([]);
    expect((await world.store.load()).outbox).toEqual([]);
    expect(seen.texts).toEqual(['once']);
    await client.close();
  });

  test("[OUTBOX-7] somebody else's message with the same id settles nothing", async () => {
    const world = await createWorld();
    const { server } = world;
    const client = await failing(world, 'mine');
    const clientMessageId = Uint8Array.fromHex(only(client).clientMessageId);
    server.say(LOBBY, 'forged', BOB, { clientMessageId });
    const room = server.addRoom(9, RoomKind.PUBLIC, 'other');
    server.happen(room, EventKind.MESSAGE, ALICE, { case: 'plain', value: 'elsewhere' }, { clientMessageId });
    await world.time.settle();
    expect(states(client)).toEqual(['mine failed']);
    await client.close();
  });
});
