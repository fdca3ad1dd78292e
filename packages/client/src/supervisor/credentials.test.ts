import { describe, expect, test } from 'bun:test';
import { createWorld, mortalClient, onlineClient, startClient } from '../testing/harness.ts';

const generationsNamed = ({ server }: Awaited<ReturnType<typeof createWorld>>) =>
  server.named('resume').map(({ generation }) => generation);

describe('the generation of a session (T13, T17)', () => {
  test('[RECONNECT-3] each Resume names a generation above all before it, and what was granted is stored', async () => {
    const world = await createWorld();
    world.server.generation = 4;
    const before = await world.store.load();
    if (before.session === undefined) throw new Error('unreachable');
    await world.store.saveSession({ ...before.session, generation: 4 });
    const client = await onlineClient(world);
    expect((await world.store.load()).session?.generation).toBe(5);
    world.server.last.cut();
    await world.time.until(() => world.server.generation === 6 && client.status.kind === 'online');
    expect(generationsNamed(world)).toEqual([5, 6]);
    await client.close();
  });

  test('[RECONNECT-3] a crash between naming and grant: the next run names a higher one, which takes over', async () => {
    const world = await createWorld();
    const { kill } = await mortalClient(world);
    expect(generationsNamed(world)).toEqual([2]);
    world.server.trouble = ({ name }) => (name === 'resume' ? 'silence' : undefined);
    world.server.last.cut();
    await world.time.until(() => generationsNamed(world).length === 2);
    kill();
    world.server.trouble = () => undefined;
    const again = await onlineClient(world);
    expect(generationsNamed(world)).toEqual([2, 3, 4]);
    expect((await world.store.load()).session).toMatchObject({ generation: 4 });
    expect(world.server.generation).toBe(4);
    await again.close();
  });

  test('[RECONNECT-3] the generation is stored before it is named', async () => {
    const world = await createWorld();
    const saveSession = world.store.saveSession.bind(world.store);
    const stored = Promise.withResolvers<void>();
    let asked = 0;
    world.store.saveSession = async (session) => {
      asked += 1;
      await stored.promise;
      return saveSession(session);
    };
    const client = await startClient(world);
    const resumed = client.resume();
    await world.time.until(() => asked === 1);
    await world.time.pass(500);
    expect(generationsNamed(world)).toEqual([]);
    stored.resolve();
    await world.time.until(() => client.status.kind === 'online');
    await resumed;
    expect(generationsNamed(world)).toEqual([2]);
    await client.close();
  });

  test('[RECONNECT-3] a session stored by an older version leaves the first generation to the server', async () => {
    const world = await createWorld();
    world.server.generation = 9;
    const { session } = await world.store.load();
    if (session === undefined) throw new Error('unreachable');
    await world.store.saveSession({ ...session, generation: 0 });
    const client = await onlineClient(world);
    expect((await world.store.load()).session?.generation).toBe(10);
    world.server.last.cut();
    await world.time.until(() => world.server.generation === 11);
    expect(generationsNamed(world)).toEqual([0, 11]);
    await client.close();
  });
});
