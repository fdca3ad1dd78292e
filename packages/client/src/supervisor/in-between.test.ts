import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { createWorld, FOUR_WAYS, startClient, within } from '../testing/harness.ts';

describe('what comes while the session moves (T17)', () => {
  test('[RECONNECT-3] a path that ends before its Resume was sent names no generation', async () => {
    const { time, server, store } = await createWorld();
    const client = await startClient({ time, server, store }, time, server.routes(...FOUR_WAYS));
    for (const transport of ['udp', 'quic']) server.refused.add(transport);
    await within(time, client.resume());
    server.refused.delete('udp');
    // Something that waits for an answer, so that the session does not leave at once.
    server.trouble = ({ name }) => (name === 'readHistory' ? 'silence' : undefined);
    server.delayMs = 20;
    const before = server.connections.length;
    await time.until(() => server.connections.length > before, 60_000);
    client.history(LOBBY).catch(() => {});
    await time.until(() => server.last.session.state === 'CONNECTED');
    await time.pass(100);
    const { generation } = server;
    server.last.cut();
    await time.pass(700);
    expect((await store.load()).session?.generation).toBe(generation);
    expect(client.status).toMatchObject({ kind: 'online', transport: 'tls' });
    await client.close();
    await time.pass(100);
    expect(server.connections.filter(({ open }) => open).length).toBe(0);
  });

  test('[PATH-6] a path on which the session arrives while it moves on already is not used for messages', async () => {
    const { time, server, store } = await createWorld();
    const client = await startClient({ time, server, store }, time, server.routes(...FOUR_WAYS));
    server.delayMs = 200;
    for (const transport of ['udp', 'quic']) server.path(transport).hold();
    server.trouble = ({ name }) => {
      if (name === 'resume') server.path('udp').release();
      return undefined;
    };
    const sent = client.send(LOBBY, 'one');
    await within(time, client.resume());
    await within(time, sent);
    await time.until(() => client.status.kind === 'online' && client.status.transport === 'udp');
    expect(client.paths.map(({ transport }) => transport)).toEqual(['tls', 'udp']);
    expect(server.named('sendMessage').length).toBe(1);
    await client.close();
  });

  test('[PATH-6] nor is it for anything else that is to be done', async () => {
    const { time, server, store } = await createWorld();
    const client = await startClient({ time, server, store }, time, server.routes(...FOUR_WAYS));
    server.delayMs = 200;
    for (const transport of ['udp', 'quic']) server.path(transport).hold();
    server.trouble = ({ name }) => (name === 'joinRoom' ? new SottoError(ErrorCode.NOT_FOUND) : undefined);
    const resumed = client.resume();
    // UDP says Welcome while the session is being granted over TLS.
    await time.until(() => server.connections.length === 1);
    await time.pass(100);
    server.path('udp').release();
    await time.until(() => server.named('subscribe').length === 1);
    const joined = client.joinRoom('eight').catch((error: unknown) => error);
    expect(await within(time, joined)).toMatchObject({ code: ErrorCode.NOT_FOUND });
    await within(time, resumed);
    expect(client.status).toMatchObject({ transport: 'udp' });
    await client.close();
  });

  test('[PATH-1] a server that does not name the transport over which it answers is reached over it all the same', async () => {
    const { time, server, store } = await createWorld();
    server.endpoints = [
      { transport: 'udp', port: 70_000 },
      { transport: 'quic', port: 0 },
    ];
    const client = await startClient({ time, server, store }, time, server.routes(...FOUR_WAYS));
    for (const transport of ['udp', 'quic', 'tls']) server.refused.add(transport);
    await within(time, client.resume());
    expect(client.status).toMatchObject({ kind: 'online', transport: 'websocket' });
    await client.close();
  });

  test('[SESSION-6] a log-out whose path ends under it is said on the next one', async () => {
    const { time, server, store } = await createWorld();
    const client = await startClient({ time, server, store }, time, server.routes(...FOUR_WAYS));
    await within(time, client.resume());
    server.trouble = ({ name }) => {
      if (name !== 'logout' || server.connections.length > 1) return undefined;
      server.last.cut();
      return 'silence';
    };
    await within(time, client.logout());
    expect(server.named('logout').length).toBe(2);
    expect((await store.load()).session).toBeUndefined();
    await time.pass(10_000);
    expect(server.connections.filter(({ open }) => open).length).toBe(0);
    expect(time.pending).toBe(0);
  });
});
