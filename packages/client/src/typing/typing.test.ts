import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence, TYPING_REPEAT_MS } from '@sotto/model';
import { BOB } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient, within } from '../testing/harness.ts';

const THREAD = 7 as Sequence;

describe('who is writing (M9)', () => {
  test('[WRITING-1] M9: told once every 3 s for each place, whatever the keys, and anew after sending', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const told = () => world.server.named('typing').map(({ thread }) => thread);
    for (let keys = 0; keys < 20; keys += 1) client.typing('lobby');
    client.typing('lobby', { thread: THREAD });
    await world.time.settle();
    expect(told()).toEqual([0, 7]);
    await world.time.pass(TYPING_REPEAT_MS);
    client.typing('lobby');
    await within(world.time, client.send('lobby', 'said'));
    client.typing('lobby');
    await world.time.settle();
    expect(told()).toEqual([0, 7, 0, 0]);
    await client.close();
  });

  test('[WRITING-1] M9: offline nobody is told, now or later', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.crash();
    await world.time.settle();
    client.typing('lobby');
    world.server.up = true;
    await world.time.until(() => client.status.kind === 'online');
    expect(world.server.named('typing')).toEqual([]);
    client.typing('lobby');
    await world.time.settle();
    expect(world.server.named('typing')).toHaveLength(1);
    await client.close();
  });

  test('[WRITING-1] M9: others are told by name, blocked ones not', async () => {
    const world = await createWorld();
    world.server.answer('setSetting', () => ({}));
    const client = await onlineClient(world);
    const seen = follow(client);
    const write = async (user: number) => {
      const { last } = world.server;
      last.send(last.session.push('typingUpdate', { room: LOBBY, thread: THREAD, user }));
      await world.time.settle();
    };
    await write(9);
    await within(world.time, client.account.settings.block(BOB));
    await write(BOB);
    const told = seen.events.filter(({ kind }) => kind === 'typing');
    expect(told).toMatchObject([{ person: { name: 'person9' }, thread: THREAD, room: { name: 'lobby' } }]);
    await client.close();
  });
});
