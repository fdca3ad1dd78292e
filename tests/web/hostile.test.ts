/** The port of HTTPS as strangers find it: whatever is asked, the server answers or hangs up, and goes on. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { type ServerProcess, startServer } from '../scenarios/support/server.ts';

setDefaultTimeout(60_000);

describe('the port of HTTPS and strangers', () => {
  let directory: string;
  let server: ServerProcess;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sotto-strangers-'));
    server = await startServer({ directory, flags: ['--only', 'websocket'] });
  });
  afterAll(async () => {
    await server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  const get = (path: string, init: RequestInit = {}) =>
    fetch(`https://127.0.0.1:${server.ports.websocket}${path}`, {
      ...init,
      tls: { rejectUnauthorized: false },
    });
  /** What comes back until the server ends the connection, or nothing more within half a second of an answer. */
  const raw = (text: string) =>
    new Promise<string>((resolve) => {
      let heard = '';
      const socket = connect({ host: '127.0.0.1', port: server.ports.websocket, rejectUnauthorized: false });
      const done = () => {
        socket.destroy();
        resolve(heard);
      };
      socket.once('secureConnect', () => socket.write(text));
      socket.on('data', (bytes) => {
        heard += bytes.toString('latin1');
        setTimeout(done, 500);
      });
      socket.once('close', done);
      socket.once('error', done);
    });

  test('[WEB-4] O1: the page is there as soon as the server is, whole, packed and not', async () => {
    const page = await get('/');
    expect(page.status).toBe(200);
    const [, program = ''] = /src="(\/assets\/[^"]+)"/.exec(await page.text()) ?? [];
    const plain = await get(program, { headers: { 'Accept-Encoding': 'identity' } });
    const packed = await get(program, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.text()).toBe(await plain.text());
    const ranged = await get(program, { headers: { Range: 'bytes=0-10' } });
    expect(ranged.status).toBe(200);
    const head = await get('/', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('[WEB-1] [WEB-4] whatever is not there is 404 and tells nothing', async () => {
    const paths = [
      '/package.json',
      '/assets/',
      '/data/sotto.db',
      '/.env',
      '/tls-key.pem',
      `/${'a/'.repeat(2_000)}`,
    ];
    for (const path of paths) {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect((await answer.text()).length).toBeLessThan(20);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('[WEB-1] [WEB-3] every answer on the port carries the headers; one with a stricter policy keeps it', async () => {
    const foreign = { Origin: 'https://evil.example' };
    const asked: readonly (readonly [number, string, RequestInit?])[] = [
      [200, '/'],
      [404, '/nothing'],
      [405, '/', { method: 'DELETE' }],
      [405, '/csp'],
      [426, '/sotto/v1'],
      [403, '/sotto/v1', { headers: foreign }],
      [404, '/files/nothing'],
    ];
    for (const [status, path, init] of asked) {
      const answer = await get(path, init);
      expect([path, answer.status]).toEqual([path, status]);
      const said =
        ({ headers }: Response) =>
        (name: string) => [path, headers.get(name)];
      const of = said(answer);
      expect(of('x-content-type-options')).toEqual([path, 'nosniff']);
      expect(of('referrer-policy')).toEqual([path, 'no-referrer']);
      expect(of('x-frame-options')).toEqual([path, 'DENY']);
      expect(of('cross-origin-opener-policy')).toEqual([path, 'same-origin']);
      expect(of('cross-origin-resource-policy')).toEqual([path, 'same-origin']);
      expect(of('strict-transport-security')).toEqual([path, null]);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect([path, policy]).toEqual([
        path,
        expect.stringMatching(
          path.startsWith('/files/') ? /^sandbox; / : /^default-src 'none'; script-src 'self' /,
        ),
      ]);
    }
  });

  test('[WEB-4] paths that climb, encoded or not, get nothing of the machine', async () => {
    const climbs = [
      '/../../../../etc/passwd',
      '/assets/../../package.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '//etc/passwd',
      '/..%2f..%2fetc/passwd',
      '/\\..\\..\\etc\\passwd',
    ];
    for (const path of climbs) {
      const heard = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect([path, heard.slice(9, 12)]).toEqual([path, expect.stringMatching(/^40[04]$/)]);
      expect(heard).not.toContain('root:');
    }
  });

  test('[WEB-2] hostile heads do not get into the policy, and what is no HTTP is hung up on', async () => {
    const hosts = ["a; script-src 'unsafe-inline'", 'a b', '*', `${'a'.repeat(300)}`, '[', 'a/b', ''];
    for (const host of hosts) {
      const heard = await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(heard).not.toContain('unsafe-inline');
      expect(heard).not.toContain(`wss://${host || ' '}`);
    }
    const nonsense = [
      'GET /\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\0\0\0\0\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
    ];
    for (const text of [...nonsense, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(200_000)}\r\n\r\n`]) {
      const heard = await raw(text);
      expect(heard.slice(0, 12)).not.toBe('HTTP/1.1 200');
    }
    expect((await get('/')).status).toBe(200);
  });

  test('[WEB-5] reports that are too long or too many are refused, and the server goes on', async () => {
    const report = (body: string) => get('/csp', { method: 'POST', body });
    expect((await report('x'.repeat(9_000))).status).toBe(413);
    expect((await report('x'.repeat(1_000_000)).catch(() => ({ status: 413 }))).status).toBe(413);
    const flood = await Promise.all(Array.from({ length: 60 }, () => report('{"csp-report":{}}')));
    expect(flood.some(({ status }) => status === 429)).toBe(true);
    expect((await get('/')).status).toBe(200);
  });
});
