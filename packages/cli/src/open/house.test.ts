import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { MemoryStore } from '@sotto/client';
import { KEEPER_MAX_LENGTH } from '@sotto/client/node';
import { contentPolicy } from '@sotto/server/web';
import { dialPath, KEEPER_PATH } from '@sotto/transport/relay';
import { WindowByHand } from '../testing/window.ts';
import type { RelayHouse } from './house.ts';
import type { PeerOwner } from './peer.ts';
import { openRelayHouse } from './relay.ts';

setDefaultTimeout(30_000);

const houses: RelayHouse[] = [];
afterEach(() => {
  for (const house of houses.splice(0)) house.close();
});

function stage({ owner }: { owner?: PeerOwner } = {}) {
  let nowMs = 0;
  const counts: number[] = [];
  const chosen: string[] = [];
  let entered = 0;
  const house = openRelayHouse({
    server: '127.0.0.1',
    transport: 'tls',
    policy: { kind: 'pin', sha256: new Uint8Array(32) },
    known: { get: async () => undefined, set: async () => {} },
    store: new MemoryStore(),
    web: {
      fetch: async () => new Response('<!doctype html>page'),
      headers: (host) => ({
        'Content-Security-Policy': contentPolicy(host),
        'X-Content-Type-Options': 'nosniff',
      }),
    },
    now: () => nowMs,
    choices: { save: async (text) => void chosen.push(text) },
    presence: {
      entered: () => {
        entered += 1;
      },
      windows: (count) => void counts.push(count),
    },
    ...(owner && { ownerOf: async () => owner }),
  });
  houses.push(house);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { house, pass, counts, chosen, entered: () => entered };
}

const DIAL = dialPath('tls', 5000);

describe('who gets in', () => {
  test('[RELAY-4] [RELAY-3] C1: the secret brings a cookie that no script sees and no other site sends', async () => {
    const { house, entered } = stage();
    const window = new WindowByHand(house.origin);
    const response = await window.post(house.admit().value);
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toMatch(
      /^sotto-window=[A-Za-z0-9_-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect(await response.text()).toContain('<meta http-equiv="refresh" content="0;url=/">');
    expect(entered()).toBe(1);
    const page = await window.ask('/');
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html>page']);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ws://${window.host}`);
  });

  test('[RELAY-4] C1: a secret that was used, is old, wrong, or of an earlier launch opens nothing', async () => {
    const { house, pass, entered } = stage();
    const used = house.admit().value;
    await new WindowByHand(house.origin).post(used);
    const second = await new WindowByHand(house.origin).post(used);
    const earlier = stage().house.admit().value;
    const other = await new WindowByHand(house.origin).post(earlier);
    const late = house.admit().value;
    pass(30_000);
    const lapsed = await new WindowByHand(house.origin).post(late);
    house.admit();
    const wrong = await new WindowByHand(house.origin).post('x');
    const none = await new WindowByHand(house.origin).ask('/enter', { method: 'PUT' });
    const all = [second, other, lapsed, wrong, none];
    expect(all.map(({ status }) => status)).toEqual([403, 403, 403, 403, 405]);
    expect(all.every(({ headers }) => headers.get('set-cookie') === null)).toBe(true);
    expect(entered()).toBe(1);
  });

  test('[RELAY-4] [RELAY-8] C1: of several launches at once each comes in, of many the latest eight', async () => {
    const { house } = stage();
    const secrets = Array.from({ length: 9 }, () => house.admit().value);
    const codes: number[] = [];
    for (const secret of secrets) codes.push((await new WindowByHand(house.origin).post(secret)).status);
    expect(codes).toEqual([403, ...Array.from({ length: 8 }, () => 200)]);
  });

  test('[RELAY-9] C1: it answers the question of a file by its own name alone, and nothing to anything else', async () => {
    const { house, pass } = stage({ owner: { kind: 'user', uid: process.getuid?.() ?? 0 } });
    const { question, answer, value } = house.admit();
    const ask = async (path: string, base = house.origin) => {
      const response = await new WindowByHand(base).ask(path);
      return [response.status, await response.text(), response.headers.get('access-control-allow-origin')];
    };
    expect(await ask(`/enter?question=${question}`)).toEqual([200, answer, 'null']);
    for (const path of [
      '/enter',
      '/enter?question=',
      `/enter?question=${value}`,
      `/enter?question=${answer}`,
    ])
      expect(await ask(path)).toEqual([204, '', null]);
    expect(await ask(`/enter?question=${question}`, `http://127.0.0.1:${house.port}`)).toEqual([
      204,
      '',
      null,
    ]);
    pass(30_000);
    expect(await ask(`/enter?question=${question}`)).toEqual([204, '', null]);
  });

  test('[RELAY-9] [RELAY-3] C1: by its address it answers only where it is known whose a connection is', async () => {
    const uid = process.getuid?.() ?? 0;
    for (const [owner, status] of [
      [{ kind: 'user', uid }, 200],
      [{ kind: 'user', uid: uid + 1 }, 403],
      [{ kind: 'unknown' }, 421],
    ] as const) {
      const { house } = stage({ owner });
      const window = new WindowByHand(`http://127.0.0.1:${house.port}`);
      expect((await window.post(house.admit().value)).status).toBe(status);
      if (status !== 200) continue;
      const page = await window.ask('/');
      expect(page.headers.get('content-security-policy')).toContain(`ws://127.0.0.1:${house.port}`);
      expect(await window.opens(KEEPER_PATH)).toBe(true);
      expect(await window.opens(KEEPER_PATH, { Origin: house.origin })).toBe(false);
      expect((await window.ask('/', { headers: { 'Sec-Fetch-Site': 'same-site' } })).status).toBe(403);
    }
  });

  test('[RELAY-8] C1: a window is given to no page, and to nobody where nobody asked for that', async () => {
    const { house } = stage();
    const window = await WindowByHand.enter(house);
    const post = (headers: Record<string, string>) => window.ask('/window', { method: 'POST', headers });
    const answers = [
      await post({ Origin: house.origin }),
      await post({ 'Sec-Fetch-Site': 'same-origin' }),
      await window.ask('/window'),
      await post({}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 405, 403]);
  });

  test('[RELAY-10] [RELAY-3] C1: only its own page leaves there what was chosen', async () => {
    const { house, chosen } = stage();
    const window = await WindowByHand.enter(house);
    const post = async (headers: Record<string, string>) =>
      (await window.ask('/relay/v1/choices', { method: 'POST', body: 'sotto.theme=dark', headers })).status;
    expect(await post({})).toBe(403);
    expect(await post({ Origin: 'http://evil.example' })).toBe(403);
    expect(await post({ Origin: house.origin, Cookie: '' })).toBe(403);
    expect(chosen).toEqual([]);
    expect(await post({ Origin: house.origin })).toBe(204);
    expect(chosen).toEqual(['sotto.theme=dark']);
  });

  test('[RELAY-3] C1: without the cookie, or with another one, there is nothing to see', async () => {
    const { house } = stage();
    const window = await WindowByHand.enter(house);
    for (const Cookie of [
      '',
      'sotto-window=',
      'sotto-window=x',
      window.cookie.slice(0, -1),
      `x${window.cookie}`,
    ]) {
      const { status, headers } = await window.ask('/', { headers: { Cookie } });
      expect([status, headers.get('content-security-policy')]).toEqual([403, "default-src 'none'"]);
      for (const path of [DIAL, KEEPER_PATH]) expect(await window.opens(path, { Cookie })).toBe(false);
    }
    const among = await window.ask('/', { headers: { Cookie: `a=b; ${window.cookie}; c=d` } });
    expect(among.status).toBe(200);
  });

  test('[RELAY-3] C1: by another name nothing answers, though it leads here', async () => {
    const { house } = stage();
    const window = await WindowByHand.enter(house);
    for (const Host of [
      `127.0.0.2:${house.port}`,
      `localhost:${house.port}`,
      `evil.example:${house.port}`,
      `x${window.host}`,
      window.host.split(':')[0] ?? '',
    ]) {
      expect((await window.ask('/', { headers: { Host } })).status).toBe(421);
      expect((await window.ask('/enter', { method: 'POST', headers: { Host } })).status).toBe(421);
      expect(await window.opens(KEEPER_PATH, { Host })).toBe(false);
    }
  });

  test('[RELAY-3] C1: a page from elsewhere gets no connection, whatever the browser sends with it', async () => {
    const { house } = stage();
    const window = await WindowByHand.enter(house);
    for (const path of [DIAL, KEEPER_PATH]) {
      for (const Origin of [
        'null',
        'http://evil.example',
        `http://127.0.0.1:${house.port}`,
        `https://${window.host}`,
      ])
        expect(await window.opens(path, { Origin })).toBe(false);
      expect(await window.opens(path, { 'Sec-Fetch-Site': 'cross-site' })).toBe(false);
      expect(await window.opens(path, { 'Sec-Fetch-Site': 'same-origin' })).toBe(true);
    }
    const site = (value: string) => window.ask('/', { headers: { 'Sec-Fetch-Site': value } });
    expect((await site('cross-site')).status).toBe(403);
    expect((await site('same-site')).status).toBe(403);
    expect((await site('none')).status).toBe(200);
  });

  test('[RELAY-3] C1: other users of the machine get nothing, even with everything that there is to know', async () => {
    for (const owner of [{ kind: 'user', uid: (process.getuid?.() ?? 0) + 1 }, { kind: 'nobody' }] as const) {
      const { house } = stage({ owner });
      const window = new WindowByHand(house.origin);
      expect((await window.post(house.admit().value)).status).toBe(403);
      expect((await window.ask('/')).status).toBe(403);
    }
    const { house } = stage({ owner: { kind: 'unknown' } });
    expect((await new WindowByHand(house.origin).post(house.admit().value)).status).toBe(200);
  });

  test('[RELAY-3] C1: both loopback addresses answer at one port, so that nobody else has one of them', async () => {
    const { house } = stage();
    for (const address of ['127.0.0.1', '[::1]'])
      expect((await fetch(`http://${address}:${house.port}/`, { headers: { Host: 'x' } })).status).toBe(421);
  });
});

describe('what a page may ask', () => {
  test('[RELAY-1] T7: what is no address of the relay is none', async () => {
    const { house } = stage();
    const window = await WindowByHand.enter(house);
    for (const path of [
      '/relay/v1/dial/tls',
      '/relay/v1/dial/tls?port=0',
      '/relay/v1/dial/tls?port=65536',
      '/relay/v1/dial/tls?port=1.5',
      '/relay/v1/dial/udp?port=5000',
      '/relay/v1/dial/constructor?port=5000',
      '/relay/v1/dial/',
      '/relay/v1/other',
    ])
      expect(await window.opens(path)).toBe(false);
    expect((await window.ask(KEEPER_PATH, { headers: { Origin: house.origin } })).status).toBe(426);
  });

  test('[RELAY-6] T7: what is no request closes the keeper, and the window is gone with it', async () => {
    const { house, counts } = stage();
    const window = await WindowByHand.enter(house);
    for (const nonsense of [
      '',
      '{}',
      '{"id":1,"kind":"read"}',
      'x'.repeat(KEEPER_MAX_LENGTH + 1),
      new Uint8Array(3),
    ]) {
      const socket = window.socket(KEEPER_PATH);
      const code = new Promise<number>((resolve) => {
        socket.onclose = ({ code }) => resolve(code);
      });
      socket.onopen = () => socket.send(nonsense);
      expect(await code).toBe(1007);
    }
    while (counts.length < 10) await new Promise((later) => setTimeout(later, 1));
    expect(counts).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });

  test('[RELAY-4] T7: a body that is too long for a secret is not read', async () => {
    const { house } = stage();
    const response = await new WindowByHand(house.origin).post('x'.repeat(1_000_000));
    expect(response.status).toBe(413);
  });
});
