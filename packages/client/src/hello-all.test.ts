import { describe, expect, test } from 'bun:test';
import { seededRandom } from '@sotto/protocol/testing';
import { type Dial, DialError } from '@sotto/transport';
import type { Route } from './environment.ts';
import { type HelloAllOptions, helloAllOver } from './hello-all.ts';
import { hashTranscript } from './login/index.ts';
import { systemHasher } from './system-hasher.ts';
import { FakeServer } from './testing/fake-server.ts';
import { VirtualTime } from './testing/virtual-time.ts';
import type { HelloAnswer } from './types.ts';

/** Nobody answers. */
const silence: Dial = ({ signal }) =>
  new Promise((_, reject) =>
    signal?.addEventListener('abort', () => reject(new DialError('local', 'called off'))),
  );

/** A server whose transports are on ports of their own: what is dialled elsewhere gets no answer. */
function createWorld(ports: Readonly<Record<string, number>>) {
  const time = new VirtualTime();
  const server = new FakeServer(time);
  server.delayMs = 40;
  server.endpoints = Object.entries(ports).map(([transport, port]) => ({ transport, port }));
  const dialled: string[] = [];
  const route = (transport: string, port: number): Route => {
    const dial: Dial = (options) => {
      dialled.push(`${transport} ${options.port}`);
      return options.port === ports[transport] ? server.route.dial(options) : silence(options);
    };
    return { transport, host: 'server', port, dial };
  };
  const ask = async (routes: readonly Route[], options: Partial<HelloAllOptions> = {}) => {
    const startedAt = time.now();
    let answers: readonly HelloAnswer[] | undefined;
    const asked = helloAllOver({
      routes,
      verify: () => {},
      environment: { clock: time, random: seededRandom(1), sha256: hashTranscript, hasher: systemHasher },
      precise: () => time.now(),
      signal: new AbortController().signal,
      readGroup: async () => '',
      ...options,
    });
    asked.then(
      (all) => (answers = all),
      () => (answers = []),
    );
    await time.until(() => answers !== undefined);
    return { answers: await asked, tookMs: time.now() - startedAt };
  };
  return { time, server, dialled, route, ask };
}

const rows = (answers: readonly HelloAnswer[]) =>
  answers.map((answer) => [
    answer.transport,
    answer.port,
    'report' in answer ? answer.report.handshakeMs > 0 : answer.error.message,
  ]);

describe('hello over every transport (T15)', () => {
  test('T15 [PATH-1]: from one port, the first answer tells where the others are', async () => {
    const { route, ask, dialled, time } = createWorld({ udp: 20_001, tls: 5_000, websocket: 8_443 });
    const all = ['udp', 'tls', 'websocket'].map((transport) => route(transport, 5_000));
    const { answers, tookMs } = await ask(all);
    expect(rows(answers)).toEqual([
      ['udp', 20_001, true],
      ['tls', 5_000, true],
      ['websocket', 8_443, true],
    ]);
    expect(dialled).toContain('udp 5000');
    // Those that are elsewhere are not waited for where they were asked first.
    expect(tookMs).toBeLessThan(5_000);
    await time.pass(10_000);
    expect(time.pending).toBe(0);
  });

  test('T15: what is silent costs 5 s, what the server does not offer nothing; the others are told all the same', async () => {
    const { route, ask, time } = createWorld({ udp: 20_001, tls: 5_000 });
    const routes = [{ ...route('udp', 20_001), dial: silence }, route('quic', 4_433), route('tls', 5_000)];
    const { answers, tookMs } = await ask(routes);
    expect(rows(answers)).toEqual([
      ['udp', 20_001, 'server:20001 did not answer within 5 s'],
      ['quic', 0, 'the server does not offer quic'],
      ['tls', 5_000, true],
    ]);
    expect(tookMs).toBe(5_000);
    await time.pass(10_000);
    expect(time.pending).toBe(0);
  });

  test('T15: a server that names no endpoints, and one that is not there', async () => {
    const { route, ask, server } = createWorld({ tls: 5_000 });
    server.endpoints = [];
    const both = [route('udp', 20_001), route('tls', 5_000)];
    expect(rows((await ask(both)).answers)).toEqual([
      ['udp', 20_001, 'server:20001 did not answer within 5 s'],
      ['tls', 5_000, true],
    ]);
    server.up = false;
    expect(rows((await ask(both)).answers)).toEqual([
      ['udp', 20_001, 'server:20001 did not answer within 5 s'],
      ['tls', 5_000, 'nobody listens on nobody'],
    ]);
  });

  test('T15: least and median of the round trips; the group from elsewhere where the connection does not tell', async () => {
    const { route, ask, server } = createWorld({ tls: 5_000 });
    const asked: string[] = [];
    const readGroup = async ({ transport }: Route) => {
      asked.push(transport);
      return 'X25519MLKEM768';
    };
    const asking = ask([route('tls', 5_000)], { readGroup });
    const { answers } = await asking;
    expect(answers).toMatchObject([
      { report: { roundTripMs: 80, medianRoundTripMs: 80, group: 'X25519MLKEM768' } },
    ]);
    expect(asked).toEqual(['tls']);
    const failing = { readGroup: () => Promise.reject(new Error('no')) };
    expect((await ask([route('tls', 5_000)], failing)).answers).toMatchObject([{ report: { group: '' } }]);
    // So slow that 5 s do not suffice for 20 pings.
    server.delayMs = 400;
    const { answers: slow, tookMs } = await ask([route('tls', 5_000)]);
    expect(slow).toMatchObject([{ report: { roundTripMs: 800 } }]);
    expect(tookMs).toBe(5_000);
  });

  test('T15: an abort ends it at once', async () => {
    const { route, ask, time } = createWorld({});
    const abort = new AbortController();
    time.after(100, () => abort.abort(new Error('enough')));
    const asked = ask([route('udp', 1), route('tls', 2)], { signal: abort.signal });
    await expect(asked).rejects.toThrow('enough');
  });
});
