import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import { ErrorCode } from '@sotto/schema';
import { DialError } from '@sotto/transport';
import { createClient } from '../client.ts';
import { hashTranscript } from '../login/index.ts';
import { BACKOFF_CAP_MS, Backoff } from '../paths/backoff.ts';
import { systemHasher } from '../system-hasher.ts';
import { createWorld, follow, onlineClient, startClient } from '../testing/harness.ts';
import { ServerIdentityChanged } from '../trust.ts';

describe('reconnecting (T13)', () => {
  test('[RECONNECT-1] resumes the stored session, shows its rooms, and leaves no timer behind', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    expect(client.me?.name).toBe('alice');
    expect(client.rooms.map(({ name }) => name)).toEqual(['lobby']);
    expect(client.status).toEqual({ kind: 'online', transport: 'memory', resumed: true });
    await client.close();
    await world.time.pass(60_000);
    expect(world.time.pending).toBe(0);
  });

  test('[RECONNECT-1] a server that dies and comes back: nothing is lost, nothing comes twice', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    world.server.say(LOBBY, 'one');
    await world.time.until(() => seen.texts.length === 1);
    world.server.crash();
    await world.time.until(() => client.status.kind === 'offline');
    world.server.say(LOBBY, 'two');
    const sent = client.send(LOBBY, 'three');
    await world.time.pass(5_000);
    world.server.up = true;
    await world.time.until(() => seen.texts.length === 3);
    expect(seen.texts).toEqual(['one', 'two', 'three']);
    expect(await sent).toMatchObject({ kind: 'sent', sequence: 3 as never });
    await client.close();
  });

  test('[RECONNECT-3] the new token is stored before it is used; a reply that is lost costs nothing (T11)', async () => {
    const world = await createWorld();
    const client = await startClient(world);
    let tries = 0;
    world.server.trouble = ({ name }) => (name === 'resume' && tries++ === 0 ? 'silence' : undefined);
    const resumed = client.resume();
    await world.time.until(() => tries === 1);
    world.server.last.cut();
    await world.time.until(() => client.status.kind === 'online');
    await resumed;
    expect(new TextDecoder().decode((await world.store.load()).session?.token)).toBe(world.server.token);
    await client.close();
  });

  test('[RECONNECT-6] a path that dies silently is noticed within the idle time (T10)', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.last.vanish();
    world.server.say(LOBBY, 'meanwhile');
    const seen = follow(client);
    await world.time.until(() => seen.texts.length === 1);
    expect(world.server.connections.length).toBe(2);
    await client.close();
  });

  test('[PATH-4] [PATH-12] T13: after a sleep the peer is asked at once, and the session goes on within 3 s where it is gone', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.last.vanish();
    world.time.jump(30_000);
    const woken = world.time.now();
    await world.time.until(() => world.server.connections.length === 2 && client.paths.length === 2);
    expect(client.status).toMatchObject({ kind: 'online', resumed: true });
    expect(world.time.now() - woken).toBeLessThanOrEqual(3_000);
    await client.close();
  });

  test.each([ErrorCode.SESSION_REVOKED, ErrorCode.SESSION_TAKEN_OVER])(
    '[RECONNECT-4] code %p ends the client for good (T14, A5)',
    async (code) => {
      const world = await createWorld();
      const client = await onlineClient(world);
      const seen = follow(client);
      await world.time.settle();
      world.server.last.close(new SottoError(code));
      await world.time.until(() => client.status.kind === 'stopped');
      expect(client.status).toMatchObject({ reason: { code } });
      await seen.done;
      await world.time.pass(60_000);
      expect(world.server.connections.length).toBe(1);
      await expect(client.send(LOBBY, 'too late')).rejects.toMatchObject({ code });
      await client.close();
    },
  );

  test('[RECONNECT-4] resume says undefined when the server does not know the session', async () => {
    const world = await createWorld();
    world.server.token = 'another';
    const client = await startClient(world);
    const resumed = client.resume();
    await world.time.until(() => client.status.kind === 'stopped');
    expect(await resumed).toBeUndefined();
    await client.close();
  });

  test('[RECONNECT-4] a changed server identity stops it with that error (T18)', async () => {
    const world = await createWorld();
    const changed = new ServerIdentityChanged('server:1', 'SHA256:AA', 'SHA256:BB');
    const dial = async () => {
      throw new DialError('untrusted', 'refused', { cause: changed });
    };
    const client = await createClient({
      routes: [{ ...world.server.route, dial }],
      verify: () => {},
      store: world.store,
      agent: 'test/1',
      deviceName: 'test',
      environment: {
        clock: world.time,
        random: seededRandom(1),
        sha256: hashTranscript,
        hasher: systemHasher,
      },
    });
    await expect(client.resume()).rejects.toBe(changed);
    expect(client.status).toEqual({ kind: 'stopped', reason: changed });
    await client.close();
  });

  test('[RECONNECT-2] a server that says when to come back is not asked before', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.last.close(new SottoError(ErrorCode.SHUTTING_DOWN, '', 30_000));
    await world.time.until(() => client.status.kind === 'offline');
    await world.time.pass(29_000);
    expect(world.server.connections.length).toBe(1);
    await world.time.until(() => client.status.kind === 'online');
    await client.close();
  });

  test('[RECONNECT-2] nor is one that says so in answer to Resume; an hour is the most that is believed', async () => {
    const world = await createWorld();
    let tries = 0;
    world.server.trouble = ({ name }) => {
      if (name !== 'resume') return undefined;
      tries += 1;
      const waitMs = tries === 1 ? 30_000 : 2 ** 32 - 1;
      return tries < 3 ? new SottoError(ErrorCode.THROTTLED, '', waitMs) : undefined;
    };
    const client = await startClient(world);
    void client.resume();
    await world.time.pass(29_000);
    expect(tries).toBe(1);
    await world.time.pass(10_000);
    expect(tries).toBe(2);
    await world.time.pass(3_590_000);
    expect(tries).toBe(2);
    await world.time.until(() => client.status.kind === 'online');
    await client.close();
  });

  test('[RECONNECT-2] waits are jittered, grow, and never pass the cap', () => {
    const backoff = new Backoff(seededRandom(7));
    const waits = Array.from({ length: 200 }, () => backoff.next());
    expect(waits[0]).toBeLessThanOrEqual(250);
    expect(Math.max(...waits)).toBeLessThanOrEqual(BACKOFF_CAP_MS);
    expect(Math.max(...waits)).toBeGreaterThan(5_000);
    expect(new Set(waits).size).toBeGreaterThan(50);
    expect(backoff.next(60_000)).toBe(60_000);
  });

  test('an abort while resuming ends the attempts', async () => {
    const world = await createWorld();
    world.server.up = false;
    const client = await startClient(world);
    const abort = new AbortController();
    const resumed = client.resume(abort.signal);
    resumed.catch(() => {});
    await world.time.until(() => client.status.kind === 'offline');
    abort.abort();
    await expect(resumed).rejects.toThrow('abort');
    await world.time.pass(60_000);
    world.server.up = true;
    await client.close();
    expect(world.server.connections.length).toBe(0);
  });
});
