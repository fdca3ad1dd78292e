import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { createWorld, FOUR_WAYS, follow, startClient, within } from '../testing/harness.ts';

async function clientOfFour(chosen?: string) {
  const made = await createWorld();
  made.server.delayMs = 20;
  const client = await startClient(made, made.time, made.server.routes(...FOUR_WAYS));
  const seen = follow(client);
  if (chosen !== undefined) client.choose(chosen);
  client.resume().catch(() => {});
  await made.time.until(() => client.status.kind === 'online');
  const over = (transport: string) => () =>
    client.status.kind === 'online' && client.status.transport === transport;
  return { ...made, client, seen, over };
}

describe('choosing a transport while it runs (T17)', () => {
  test('[PATH-14] [PATH-6] the session goes over with all that is under way, and back to the best where none is chosen', async () => {
    const { time, client, seen, over } = await clientOfFour();
    const { choice, path, paths } = client.snapshots;
    expect(choice.get()).toEqual({ chosen: 'auto', transports: FOUR_WAYS });
    let told = 0;
    choice.onChange(() => {
      told += 1;
    });
    const sending = Array.from({ length: 10 }, (_, index) => client.send(LOBBY, `${index}`));
    client.choose('websocket');
    expect(choice.get().chosen).toBe('websocket');
    await time.until(over('websocket'));
    await within(time, Promise.all(sending));
    await time.until(() => seen.texts.length === 10);
    expect(path.get()).toMatchObject({ transport: 'websocket', moving: false });
    expect(paths.get().map(({ transport, left }) => [transport, left])).toEqual([
      ['udp', 'websocket was chosen'],
      ['websocket', ''],
    ]);
    await time.pass(60_000);
    expect(over('websocket')()).toBe(true);
    client.choose('auto');
    await time.until(over('udp'));
    await time.settle();
    expect(told).toBe(2);
    expect(seen.texts).toEqual(Array.from({ length: 10 }, (_, index) => `${index}`));
    await client.close();
  });

  test('[PATH-14] where the chosen one does not answer, the session stays; where its path is lost, it waits for the chosen one', async () => {
    const { time, server, client, over } = await clientOfFour();
    server.refused.add('tls');
    client.choose('tls');
    await time.pass(10_000);
    expect(over('udp')()).toBe(true);
    server.last.cut();
    for (const connection of server.connections) connection.cut();
    await time.pass(30_000);
    expect(client.status.kind).not.toBe('online');
    server.refused.delete('tls');
    await time.until(over('tls'));
    expect(client.paths.map(({ transport }) => transport)).toEqual(['udp', 'tls']);
    await client.close();
  });

  test('[PATH-14] chosen before the session begins, it is the only one that is dialled', async () => {
    const { server, time, client, over } = await clientOfFour('quic');
    await time.pass(60_000);
    expect(over('quic')()).toBe(true);
    expect(server.connections).toHaveLength(1);
    await client.close();
  });

  test('[PATH-14] what this client does not have cannot be chosen, and changes nothing', async () => {
    const { time, client, over } = await clientOfFour();
    expect(() => client.choose('pigeon')).toThrow(SottoError);
    await time.pass(5_000);
    expect(client.snapshots.choice.get().chosen).toBe('auto');
    expect(over('udp')()).toBe(true);
    await client.close();
  });
});
