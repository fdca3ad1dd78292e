import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence, UNREAD_MAX } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind } from '@sotto/schema';
import { ALICE, BOB, LOBBY_STREAM } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient } from '../testing/harness.ts';

const at = (sequence: number): Sequence => sequence as Sequence;

/** `said` messages of others, of which the account has read `read`. */
async function reading(said: number, read: number) {
  const world = await createWorld();
  for (let index = 1; index <= said; index += 1) world.server.say(LOBBY, `m${index}`);
  world.server.standing = () => ({ read, unread: said - read, mentions: 1 });
  const client = await onlineClient(world);
  const seen = follow(client);
  await world.time.settle();
  const counts = () => client.rooms.map(({ unread, mentions, read: own }) => [unread, mentions, Number(own)]);
  const told = () => seen.events.flatMap((event) => (event.kind === 'unread' ? [event.unread] : []));
  return { ...world, client, seen, counts, told };
}

describe('unread counts (M9)', () => {
  test('[COUNTS-1] M9: the counts are the server’s, and what was said since by others', async () => {
    const { server, client, time, counts, told } = await reading(5, 3);
    expect(counts()).toEqual([[2, 1, 3]]);
    server.say(LOBBY, 'hi @alice');
    server.say(LOBBY, 'mine', ALICE);
    server.say(LOBBY, 'more');
    server.happen(LOBBY, EventKind.REACTION_ADDED, BOB, { case: 'reaction', value: '👍' }, { relatesTo: 1 });
    await time.settle();
    expect(counts()).toEqual([[4, 2, 3]]);
    expect(told().at(-1)).toBe(4);
    expect(client.unreadRooms.map(({ name }) => name)).toEqual(['lobby']);
    await client.close();
  });

  test('[COUNTS-1] M9: reading counts at once, is told once, and reaches the server', async () => {
    const { server, client, time, counts, told } = await reading(5, 3);
    client.markRead('lobby', at(5));
    expect(counts()).toEqual([[0, 0, 5]]);
    expect(client.unreadRooms).toEqual([]);
    await time.pass(1_000);
    expect(told()).toEqual([0]);
    const read = server.named('acknowledge').flatMap(({ progress }) => progress.map((each) => each.read));
    expect(Math.max(...read)).toBe(5);
    await client.close();
  });

  test('[COUNTS-1] M9: another device of the account has read it', async () => {
    const { server, client, time, counts, told } = await reading(5, 3);
    const rooms = [{ stream: LOBBY_STREAM, read: 5, head: 5, unread: 0, mentions: 0 }];
    server.last.send(server.last.session.push('unreadCounts', { rooms }));
    await time.settle();
    expect(counts()).toEqual([[0, 0, 5]]);
    expect(told()).toEqual([0]);
    await client.close();
  });

  test('[COUNTS-1] M9: what was said while away is counted once, whatever comes again', async () => {
    const { server, client, time, counts } = await reading(2, 2);
    server.crash();
    for (const text of ['a', 'b', 'c']) server.say(LOBBY, text);
    server.standing = () => ({ read: 2, unread: 3, mentions: 0 });
    server.up = true;
    await time.until(() => client.status.kind === 'online');
    await time.settle();
    expect(counts()).toEqual([[3, 0, 2]]);
    await client.close();
  });

  test('[COUNTS-1] M9: a message that is deleted before it was read counts no more', async () => {
    const { server, client, time, counts } = await reading(1, 1);
    const { sequence } = server.say(LOBBY, 'hi @alice');
    server.happen(LOBBY, EventKind.MESSAGE_DELETED, BOB, undefined, { relatesTo: sequence });
    await time.settle();
    expect(counts()[0]?.[0]).toBe(0);
    await client.close();
  });

  test('[COUNTS-1] M9: what was read is told again where the server did not hear it, and does not go back', async () => {
    const { server, client, time, counts } = await reading(5, 3);
    server.last.vanish();
    client.markRead('lobby', at(5));
    await time.pass(500);
    server.last.cut();
    await time.until(() => client.status.kind === 'online' && server.connections.length === 2);
    expect(counts()).toEqual([[0, 0, 5]]);
    const before = server.named('acknowledge').length;
    await time.pass(500);
    const told = server.named('acknowledge').slice(before);
    expect(told.flatMap(({ progress }) => progress.map(({ read }) => read))).toContain(5);
    await client.close();
  });

  test('[COUNTS-2] M9: an estimate is asked about, and more rarely where asking does not help', async () => {
    const { server, client, time, counts } = await reading(10, 0);
    server.trouble = ({ name }) => (name === 'readUnread' ? new SottoError(ErrorCode.INTERNAL) : undefined);
    client.markRead('lobby', at(4));
    await time.pass(1_900);
    expect(server.named('readUnread')).toHaveLength(0);
    await time.pass(200);
    expect(server.named('readUnread')).toHaveLength(1);
    server.trouble = () => undefined;
    const base = { stream: LOBBY_STREAM, read: 4, head: 10, unread: 5, mentions: 0 };
    server.answer('readUnread', () => ({ rooms: [base] }));
    server.say(LOBBY, 'another');
    await time.pass(3_900);
    expect(server.named('readUnread')).toHaveLength(1);
    await time.pass(200);
    expect(counts()).toEqual([[6, 0, 4]]);
    await time.pass(600_000);
    expect(server.named('readUnread')).toHaveLength(2);
    await client.close();
  });

  test('[COUNTS-1] M9: a room of more than is counted says so many', async () => {
    const world = await createWorld();
    world.server.standing = () => ({ read: 0, unread: UNREAD_MAX, mentions: 0 });
    const client = await onlineClient(world);
    world.server.say(LOBBY, 'one more');
    await world.time.settle();
    expect(client.rooms[0]?.unread).toBeLessThanOrEqual(UNREAD_MAX);
    await client.close();
  });
});
