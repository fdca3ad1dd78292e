import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { createWorld, FOUR_WAYS, follow, startClient, within } from '../testing/harness.ts';
import type { SottoClient } from '../types.ts';

async function clientOfFour() {
  const made = await createWorld();
  made.server.delayMs = 20;
  const client = await startClient(made, made.time, made.server.routes(...FOUR_WAYS));
  const seen = follow(client);
  client.resume().catch(() => {});
  await made.time.until(() => client.status.kind === 'online');
  const over = (transport: string) => () =>
    client.status.kind === 'online' && client.status.transport === transport;
  return { ...made, client, seen, over };
}

const transportsOf = (client: SottoClient) => client.paths.map(({ transport }) => transport);

describe('one session over four transports (T17)', () => {
  test('[PATH-2] the best is used where it answers; the others are not even tried', async () => {
    const { time, server, client } = await clientOfFour();
    expect(client.status).toMatchObject({ kind: 'online', transport: 'udp' });
    await time.pass(120_000);
    expect(server.connections.length).toBe(1);
    await client.close();
  });

  test('[PATH-5] [PATH-6] T12: a path that goes silent is left for one that works, while messages are under way', async () => {
    const { time, server, client, seen, over } = await clientOfFour();
    const blockedAt = time.now();
    server.path('udp').hold();
    server.path('quic').hold();
    const sending = Array.from({ length: 20 }, (_, index) => client.send(LOBBY, `${index}`));
    await time.until(over('tls'));
    expect(time.now() - blockedAt).toBeLessThan(3_000);
    await within(time, Promise.all(sending));
    await time.until(() => seen.texts.length === 20);
    expect(seen.texts).toEqual(Array.from({ length: 20 }, (_, index) => `${index}`));
    expect(client.paths.map(({ left }) => left)).toEqual(['it fell silent', '']);
    await client.close();
  });

  test('[PATH-7] what was blocked and works again is moved up to within 30 s; late bytes of the old path change nothing', async () => {
    const { time, server, client, seen, over } = await clientOfFour();
    server.path('udp').hold();
    server.path('quic').hold();
    const first = client.send(LOBBY, 'one');
    await time.until(over('tls'));
    await within(time, first);
    await time.pass(60_000);
    expect(client.status).toMatchObject({ transport: 'tls' });
    const freeAt = time.now();
    server.path('udp').release();
    server.path('quic').release();
    await time.until(over('udp'));
    expect(time.now() - freeAt).toBeLessThan(30_000);
    await within(time, client.send(LOBBY, 'two'));
    await time.until(() => seen.texts.length === 2);
    expect(seen.texts).toEqual(['one', 'two']);
    expect(transportsOf(client)).toEqual(['udp', 'tls', 'udp']);
    await client.close();
  });

  test('[PATH-6] a Resume that arrives long after another one was granted takes nothing over', async () => {
    const { time, server, client, over } = await clientOfFour();
    // TLS is held in the middle of its handshake: what the client says there waits.
    server.trouble = ({ name }) => {
      if (name === 'resume' && server.connections.length === 2) server.path('tls').hold();
      return undefined;
    };
    server.path('udp').hold();
    server.path('quic').hold();
    void client.send(LOBBY, 'one').catch(() => {});
    await time.until(over('websocket'));
    server.path('tls').release();
    await time.pass(10_000);
    expect(client.status).toMatchObject({ kind: 'online' });
    expect(server.connections.filter(({ isGranted, open }) => isGranted && open).length).toBe(1);
    await within(time, client.send(LOBBY, 'two'));
    await client.close();
  });

  test('[PATH-6] T12: the grant is lost on the way: the old path is gone, the client knows that it was itself', async () => {
    const { time, server, client, over } = await clientOfFour();
    server.refused.add('udp');
    server.refused.add('quic');
    server.last.cut();
    await time.until(over('tls'));
    server.refused.clear();
    // The way back of UDP is cut between Hello and the grant.
    let lostAt = 0;
    server.trouble = ({ name }) => {
      if (name !== 'resume' || lostAt > 0) return undefined;
      lostAt = time.now();
      server.path('udp').hold('toClient');
      return undefined;
    };
    await time.until(() => lostAt > 0, 60_000);
    const generations = server.generation;
    await time.until(() => server.generation > generations && client.status.kind === 'online');
    expect(time.now() - lostAt).toBeLessThan(3_000);
    await within(time, client.send(LOBBY, 'still here'));
    expect(client.status).toMatchObject({ kind: 'online' });
    await client.close();
  });

  test('[PATH-6] T12: a better path takes the session on while it is still arriving on a worse one', async () => {
    const { time, server, store } = await createWorld();
    const client = await startClient({ time, server, store }, time, server.routes(...FOUR_WAYS));
    for (const transport of ['udp', 'quic']) server.path(transport).hold();
    server.trouble = ({ name }) => {
      if (name !== 'subscribe' || server.connections.length > 1) return undefined;
      server.path('udp').release();
      return 'silence';
    };
    const resumed = client.resume();
    await within(time, resumed);
    expect(client.status).toMatchObject({ kind: 'online', transport: 'udp' });
    await within(time, client.send(LOBBY, 'one'));
    await client.close();
  });

  test('[PATH-6] [SYNC-4] what was taken just before the session moved is acknowledged after it', async () => {
    const { time, server, client, seen, over } = await clientOfFour();
    // So that the speaker's name is known.
    server.say(LOBBY, 'one');
    await time.until(() => seen.texts.length === 1);
    for (const transport of ['udp', 'quic']) server.refused.add(transport);
    server.last.cut();
    await time.until(over('tls'));
    server.delayMs = 200;
    server.refused.clear();
    const before = server.connections.length;
    await time.until(() => server.connections.length > before);
    // It reaches the client 50 ms before the grant does, over the old path: its acknowledgement is due 50 ms after that.
    await time.pass(750);
    server.say(LOBBY, 'two');
    await time.until(() => seen.texts.length === 2);
    server.path('tls').hold('toClient');
    await time.until(over('udp'));
    await time.pass(2_000);
    expect(seen.texts).toEqual(['one', 'two']);
    expect(server.delivered.get(LOBBY)).toBe(2);
    await client.close();
  });

  test('[PATH-3] where nobody listens at all the client is offline at once, and back when the server is', async () => {
    const { time, server, client } = await clientOfFour();
    server.crash();
    const downAt = time.now();
    await time.until(() => client.status.kind === 'offline');
    expect(time.now() - downAt).toBeLessThan(1_000);
    await time.pass(1_500);
    server.up = true;
    const upAt = time.now();
    await time.until(() => client.status.kind === 'online');
    expect(time.now() - upAt).toBeLessThan(2_500);
    await client.close();
  });

  test('[PATH-12] T13: a client that only reads along notices within 4 s, one that is idle within 17 s', async () => {
    for (const [idleMs, noticedMs] of [
      [5_000, 5_500],
      [60_000, 19_000],
    ] as const) {
      const { time, server, client, over } = await clientOfFour();
      server.say(LOBBY, 'hello');
      await time.pass(idleMs);
      const blockedAt = time.now();
      server.path('udp').hold();
      server.path('quic').hold();
      await time.until(over('tls'));
      expect(time.now() - blockedAt).toBeLessThan(noticedMs);
      await client.close();
    }
  });

  test('[PATH-4] a server that is slow to answer, and alive, is not left', async () => {
    const { time, server, client } = await clientOfFour();
    server.trouble = ({ name }) => (name === 'readHistory' ? 'silence' : undefined);
    client.history(LOBBY).catch(() => {});
    await time.pass(20_000);
    expect(server.connections.length).toBe(1);
    expect(transportsOf(client)).toEqual(['udp']);
    await client.close();
  });

  test('[PATH-6] T16: what was asked on a path that is gone is asked again on the next one', async () => {
    const { time, server, client } = await clientOfFour();
    server.path('udp').hold();
    server.path('quic').hold();
    const asked = [client.lookUp([2 as never]), client.roster(), client.serverStatus()] as const;
    const [, people, status] = await within(time, Promise.all(asked));
    expect(people.length).toBe(2);
    expect(status.paths.map(({ transport, left }) => [transport, left])).toEqual([
      ['udp', 'it fell silent'],
      ['tls', ''],
    ]);
    server.last.cut();
    await time.until(() => client.status.kind !== 'online');
    expect((await within(time, client.roster())).length).toBe(2);
    await client.close();
  });

  test('[PATH-6] what is to be done while no path has the session is done on the next one, once', async () => {
    const { time, server, client } = await clientOfFour();
    server.trouble = ({ name }) => (name === 'joinRoom' ? new SottoError(ErrorCode.NOT_FOUND) : undefined);
    server.last.cut();
    await time.until(() => client.status.kind !== 'online');
    const joined = client.joinRoom('eight').catch((error: unknown) => error);
    expect(await within(time, joined)).toMatchObject({ code: ErrorCode.NOT_FOUND });
    expect(server.named('joinRoom').length).toBe(1);
    await client.close();
  });

  test('[PATH-6] while the session moves nothing new is said on the old path: it waits for the next, or for the move to fail', async () => {
    const { time, server, client, over } = await clientOfFour();
    for (const transport of ['udp', 'quic']) server.refused.add(transport);
    server.last.cut();
    await time.until(over('tls'));
    server.refused.delete('udp');
    let said: Promise<unknown[]> | undefined;
    server.trouble = ({ name }) => {
      if (name === 'joinRoom') return new SottoError(ErrorCode.NOT_FOUND);
      if (name !== 'resume' || said !== undefined) return undefined;
      const joined = client.joinRoom('eight').catch((error: unknown) => error);
      said = Promise.all([joined, client.send(LOBBY, 'one')]);
      return 'silence';
    };
    await time.until(() => said !== undefined, 30_000);
    await time.pass(1_000);
    expect([server.named('joinRoom'), server.named('sendMessage')]).toEqual([[], []]);
    const [joined, sent] = await within(time, said ?? Promise.resolve([]));
    expect(joined).toMatchObject({ code: ErrorCode.NOT_FOUND });
    expect(sent).toMatchObject({ kind: 'sent' });
    expect(client.status).toMatchObject({ transport: 'tls' });
    await client.close();
  });

  test('[PATH-9] T17: what did not work in this network gives no head start the next time', async () => {
    const { time, server, store, client } = await clientOfFour();
    server.path('udp').hold();
    server.path('quic').hold();
    void client.send(LOBBY, 'one').catch(() => {});
    await time.pass(30_000);
    expect(client.status).toMatchObject({ transport: 'tls' });
    expect(store).toBeDefined();
    server.last.cut();
    const cutAt = time.now();
    await time.until(() => client.status.kind !== 'online');
    await time.until(() => client.status.kind === 'online');
    // The wait of at most 250 ms, and three round trips.
    expect(time.now() - cutAt).toBeLessThan(500);
    await client.close();
  });

  test('[RECONNECT-4] T14: another process that takes the session over ends this one for good', async () => {
    const { time, server, client } = await clientOfFour();
    server.generation += 5;
    const { last } = server;
    last.close(new SottoError(ErrorCode.SESSION_TAKEN_OVER));
    await time.until(() => client.status.kind === 'stopped');
    await client.close();
  });
});
