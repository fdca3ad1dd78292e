import { describe, expect, test } from 'bun:test';
import { LOBBY, roomStream } from '@sotto/model';
import { encodeFrame, readHeader, SottoError } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import { ErrorCode } from '@sotto/schema';
import { DialError } from '@sotto/transport';
import fc from 'fast-check';
import type { Route } from '../environment.ts';
import { NotConnected } from '../errors.ts';
import { helloOver } from '../hello.ts';
import { hashTranscript } from '../login/index.ts';
import { HEAD_START_MS } from '../paths/policy.ts';
import { systemHasher } from '../system-hasher.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient } from '../testing/harness.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { type Opened, open } from './open.ts';
import { race } from './race.ts';
import { Routes } from './routes.ts';

function createStage() {
  const time = new VirtualTime();
  const server = new FakeServer(time);
  const environment = { clock: time, random: seededRandom(1), sha256: hashTranscript, hasher: systemHasher };
  const options = { agent: 'test/1', verify: () => {}, environment };
  return { time, server, options, signal: new AbortController().signal };
}

const refused = new DialError('refused', 'nobody listens');

describe('one connection', () => {
  test('[TRUST-4] a server that names another certificate than the one seen is refused (T8)', async () => {
    const { time, server, options, signal } = createStage();
    const route: Route = {
      ...server.route,
      dial: (dialOptions) =>
        server.route.dial({
          ...dialOptions,
          events: (connection) => {
            const security = {
              protocol: 'TLSv1.3',
              cipher: '',
              group: '',
              certificateSha256: new Uint8Array(32),
            };
            return dialOptions.events(Object.defineProperty(connection, 'security', { value: security }));
          },
        }),
    };
    const opening = open(route, options, signal);
    opening.catch(() => {});
    await time.settle();
    await expect(opening).rejects.toMatchObject({ code: ErrorCode.DOWNGRADE_DETECTED });
    await time.pass(5_000);
    expect(server.last.open).toBe(false);
  });

  test('requests that wait when it ends are rejected; an abort rejects at once and the late answer is ignored', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.trouble = ({ name }) => (name === 'readHistory' ? 'silence' : undefined);
    const waiting = client.history(LOBBY);
    waiting.catch(() => {});
    await world.time.settle();
    world.server.up = false;
    world.server.last.close(new SottoError(ErrorCode.SHUTTING_DOWN));
    await world.time.pass(6_000);
    await expect(waiting).rejects.toBeInstanceOf(NotConnected);
    await client.close();
    await expect(client.history(roomStream(LOBBY) as never)).rejects.toThrow();
  });

  test('a server that says nothing is given up', async () => {
    const { time, server, options, signal } = createStage();
    const opening = open(server.route, options, signal);
    opening.catch(() => {});
    await time.settle();
    const silent = createStage();
    silent.server.network.listen('silent', () => ({
      frame: () => {},
      datagram: () => {},
      drain: () => {},
      pathChanged: () => {},
      closed: () => {},
    }));
    const dial: Route['dial'] = ({ events }) => silent.server.network.dial({ name: 'silent', events });
    const nothing = open({ ...server.route, dial }, silent.options, silent.signal);
    nothing.catch(() => {});
    await silent.time.pass(15_000);
    await expect(nothing).rejects.toMatchObject({ code: ErrorCode.IDLE_TIMEOUT });
    (await opening).link.close();
  });

  test('[SYNC-1] whatever bytes a server sends, the client lives and misses nothing', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    const frames = ['event', 'receipts', 'presenceUpdate'] as const;
    let said = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...frames),
        fc.constantFrom(0, 0, 0, 7),
        fc.uint8Array({ minLength: 0, maxLength: 40 }),
        async (name, requestId, noise) => {
          const { last } = world.server;
          const { lane, bytes: sample } = last.session.push(name, {});
          const bytes = encodeFrame({ version: 1, type: readHeader(sample).type, lane, requestId }, noise);
          last.send({ lane, bytes });
          await world.time.settle();
          world.server.say(LOBBY, `${++said}`);
          await world.time.until(() => seen.texts.length === said);
        },
      ),
      { numRuns: 150 },
    );
    expect(seen.texts).toEqual(Array.from({ length: said }, (_, index) => `${index + 1}`));
    await client.close();
  });

  test('hello reports without an account (T15)', async () => {
    const { time, server, options, signal } = createStage();
    const report = helloOver({
      ...options,
      routes: [server.route],
      precise: () => time.now(),
      signal,
    });
    await time.settle();
    expect(await report).toMatchObject({ transport: 'memory', server: 'fake/1', protocolVersion: 1 });
    await time.pass(5_000);
    expect(server.last.open).toBe(false);
  });
});

describe('several ways to one server (T17)', () => {
  const route = (transport: string) => ({ transport, host: 'h', port: 1 }) as Route;

  function createRace() {
    const time = new VirtualTime();
    const attempts = new Map<string, PromiseWithResolvers<Opened> & { signal: AbortSignal }>();
    const closed: string[] = [];
    const openRoute = ({ transport }: Route, signal: AbortSignal) => {
      const attempt = Promise.withResolvers<Opened>();
      attempts.set(transport, { ...attempt, signal });
      return attempt.promise;
    };
    const opened = (transport: string) =>
      ({ route: route(transport), link: { close: () => closed.push(transport) } }) as unknown as Opened;
    const abort = new AbortController();
    const result = race([route('tls'), route('websocket')], openRoute, time, abort.signal);
    result.catch(() => {});
    return { time, attempts, closed, opened, result, abort };
  }

  test('the first has a head start; whoever opens first is used and the other closed', async () => {
    const { time, attempts, closed, opened, result } = createRace();
    await time.pass(HEAD_START_MS - 1);
    expect([...attempts.keys()]).toEqual(['tls']);
    await time.pass(1);
    expect([...attempts.keys()]).toEqual(['tls', 'websocket']);
    attempts.get('websocket')?.resolve(opened('websocket'));
    await time.settle();
    expect((await result).route.transport).toBe('websocket');
    expect(attempts.get('tls')?.signal.aborted).toBe(true);
    attempts.get('tls')?.resolve(opened('tls'));
    await time.settle();
    expect(closed).toEqual(['tls']);
  });

  test('a failure starts the next at once; when all fail the first error is told', async () => {
    const { time, attempts, result } = createRace();
    attempts.get('tls')?.reject(refused);
    await time.settle();
    expect([...attempts.keys()]).toEqual(['tls', 'websocket']);
    attempts.get('websocket')?.reject(new DialError('timeout', 'later'));
    await expect(result).rejects.toBe(refused);
  });

  test('[PATH-3] a refusal is no reason to give up who answers slowly', async () => {
    const { time, attempts, opened, result } = createRace();
    attempts.get('tls')?.reject(refused);
    await time.pass(5_900);
    attempts.get('websocket')?.resolve(opened('websocket'));
    expect((await result).route.transport).toBe('websocket');
    const { time: other, attempts: unanswered, result: failed } = createRace();
    unanswered.get('tls')?.reject(refused);
    await other.pass(6_100);
    await expect(failed).rejects.toBe(refused);
    expect(unanswered.get('websocket')?.signal.aborted).toBe(true);
  });

  test('a server that is not trusted stops the race', async () => {
    const { time, attempts, result } = createRace();
    await time.pass(HEAD_START_MS);
    const untrusted = new DialError('untrusted', 'changed');
    attempts.get('websocket')?.reject(untrusted);
    await expect(result).rejects.toBe(untrusted);
    expect(attempts.get('tls')?.signal.aborted).toBe(true);
  });

  test('an abort closes what was begun', async () => {
    const { attempts, result, abort } = createRace();
    abort.abort();
    await expect(result).rejects.toThrow('abort');
    expect(attempts.get('tls')?.signal.aborted).toBe(true);
  });

  test('[PATH-1] T17: the ports a server names are used for transports that have not worked yet', () => {
    const routes = new Routes([route('tls'), route('websocket')]);
    routes.learn(
      [
        { transport: 'tls', port: 5001 },
        { transport: 'websocket', port: 8444 },
        { transport: 'carrier-pigeon', port: 3 },
      ] as never,
      route('tls'),
    );
    expect(routes.all.map(({ port }) => port)).toEqual([1, 8444]);
  });
});
