/** The port of HTTPS without a socket: requests in, answers out. */
import { describe, expect, test } from 'bun:test';
import type { Log, LogFields } from '../logging.ts';
import type { OpenSite, Site, SiteFile } from './site.ts';
import { Web } from './web.ts';

const ORIGIN = 'https://127.0.0.1:8443';
const bytes = (text: string) => new TextEncoder().encode(text);
const packed = (text: string) => new Uint8Array(Bun.gzipSync(bytes(text)));

const PROGRAM: SiteFile = {
  type: 'text/javascript;charset=utf-8',
  body: bytes('program'),
  gzip: packed('program'),
  digest: 'd1',
  immutable: true,
};
const PAGE: SiteFile = {
  type: 'text/html;charset=utf-8',
  body: bytes('page'),
  gzip: undefined,
  digest: 'd0',
  immutable: false,
};
const SITE: Site = {
  files: new Map([
    ['/', PAGE],
    ['/assets/main-1.js', PROGRAM],
  ]),
};

function stage(openSite: OpenSite = async () => SITE) {
  const logged: { level: string; fields: LogFields; message: string }[] = [];
  const level = (name: string) => (fields: LogFields, message: string) =>
    void logged.push({ level: name, fields, message });
  const log: Log = {
    debug: level('debug'),
    info: level('info'),
    warn: level('warn'),
    error: level('error'),
    child: () => log,
  };
  let nowMs = 1_000_000;
  const patience: number[] = [];
  const web = new Web({ openSite, cache: '/nowhere', insistOnTls: false, now: () => nowMs, log });
  const fetch = (path: string, init: RequestInit = {}) =>
    web.fetch(new Request(ORIGIN + path, init), (seconds) => void patience.push(seconds));
  const later = (ms: number) => {
    nowMs += ms;
  };
  return { web, fetch, logged, patience, later };
}

describe('the graphical client over HTTPS', () => {
  test('[WEB-4] C1: the page and its files, packed for those who take it', async () => {
    const { fetch } = stage();
    const page = await fetch('/?any=thing');
    expect([page.status, await page.text()]).toEqual([200, 'page']);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const plain = await fetch('/assets/main-1.js');
    expect(await plain.text()).toBe('program');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('cache-control')).toContain('immutable');
    const small = await fetch('/assets/main-1.js', { headers: { 'Accept-Encoding': 'gzip, br' } });
    expect(small.headers.get('content-encoding')).toBe('gzip');
    expect(small.headers.get('vary')).toBe('Accept-Encoding');
    expect(Bun.gunzipSync(await small.bytes())).toEqual(PROGRAM.body);
    expect(small.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  });

  test('[WEB-4] what a browser has costs 304, in the form in which it has it', async () => {
    const { fetch } = stage();
    for (const encoding of ['gzip', 'identity']) {
      const headers = { 'Accept-Encoding': encoding };
      const tag = (await fetch('/assets/main-1.js', { headers })).headers.get('etag') ?? '';
      const again = await fetch('/assets/main-1.js', { headers: { ...headers, 'If-None-Match': tag } });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag]);
      const other = encoding === 'gzip' ? 'identity' : 'gzip';
      const changed = { 'Accept-Encoding': other, 'If-None-Match': tag };
      expect((await fetch('/assets/main-1.js', { headers: changed })).status).toBe(200);
    }
  });

  test('[WEB-4] HEAD says what GET would, other methods 405, other paths 404', async () => {
    const { fetch } = stage();
    const head = await fetch('/', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '4', '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const refused = await fetch('/', { method });
      expect([method, refused.status, refused.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    }
    const elsewhere = [
      '/index.html',
      '/assets/',
      '/assets',
      '/assets/../',
      '/assets/main-1.js/',
      '//',
      '/%2e%2e/etc/passwd',
    ];
    for (const path of [
      ...elsewhere,
      '/.git/config',
      '/__proto__',
      '/constructor',
      '/assets/MAIN-1.js',
      '/assets/main-1.js%00',
    ])
      if (new URL(ORIGIN + path).pathname !== '/')
        expect([path, (await fetch(path)).status]).toEqual([path, 404]);
  });

  test('[WEB-6] requests wait for what is being built, and it is built once', async () => {
    const building = Promise.withResolvers<Site>();
    let builds = 0;
    const { web, fetch, patience } = stage(() => {
      builds += 1;
      return building.promise;
    });
    web.start();
    const answers = [fetch('/'), fetch('/assets/main-1.js')];
    expect(patience.every((seconds) => seconds >= 60)).toBe(true);
    building.resolve(SITE);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(builds).toBe(1);
    const told = patience.length;
    await fetch('/');
    expect(patience.length).toBe(told);
  });

  test('[WEB-6] what could not be built is 503 and logged, and tried again later', async () => {
    let builds = 0;
    const { fetch, logged, later } = stage(async () => {
      builds += 1;
      if (builds === 1) throw new Error('no such module');
      return SITE;
    });
    expect((await fetch('/')).status).toBe(503);
    expect((await fetch('/')).status).toBe(503);
    expect(builds).toBe(1);
    expect(logged.map(({ level, message }) => [level, message])).toEqual([['error', 'no graphical client']]);
    later(10_001);
    expect((await fetch('/')).status).toBe(200);
  });

  test('[WEB-6] a server that stops calls the building off, and does not complain', async () => {
    let isCalledOff = false;
    const { web, fetch, logged } = stage(
      ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            isCalledOff = true;
            reject(signal.reason);
          }),
        ),
    );
    const waiting = fetch('/');
    web.stop();
    expect((await waiting).status).toBe(503);
    expect(isCalledOff).toBe(true);
    expect(logged).toEqual([]);
  });

  test('C1: a server without a graphical client has nothing at /', async () => {
    const web = new Web({ openSite: undefined, cache: '', insistOnTls: false, now: () => 0, log: NO_LOG });
    expect((await web.fetch(new Request(`${ORIGIN}/`), () => {})).status).toBe(404);
  });

  test('[WEB-5] reports are logged without what is private, and only some of many', async () => {
    const { fetch, logged, later } = stage();
    const report = (body: string) => fetch('/csp', { method: 'POST', body });
    const violation = {
      'effective-directive': 'img-src',
      'blocked-uri': 'https://evil.example/a.gif?who=alice#x',
      'source-file': `${ORIGIN}/assets/main-1.js`,
      'line-number': 3,
      'script-sample': 'what somebody wrote',
      'document-uri': `${ORIGIN}/#/room/2`,
    };
    expect((await report(JSON.stringify({ 'csp-report': violation }))).status).toBe(204);
    expect(logged.map(({ fields }) => fields)).toEqual([
      {
        directive: 'img-src',
        blocked: 'https://evil.example/a.gif',
        source: `${ORIGIN}/assets/main-1.js`,
        line: 3,
      },
    ]);
    const nonsense = [
      '',
      '{',
      'null',
      '[]',
      '{"csp-report":1}',
      '{"csp-report":null}',
      `"${'x'.repeat(9_000)}"`,
    ];
    for (const body of nonsense) expect((await report(body)).status).toBeGreaterThanOrEqual(400);
    expect(logged.length).toBe(1);
    expect((await fetch('/csp')).status).toBe(405);
    const flood = await Promise.all(
      Array.from({ length: 40 }, () => report(JSON.stringify({ 'csp-report': {} }))),
    );
    expect(flood.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(20);
    expect(logged.length).toBeLessThanOrEqual(20);
    later(60_001);
    expect((await report(JSON.stringify({ 'csp-report': { 'blocked-uri': 'x'.repeat(500) } }))).status).toBe(
      204,
    );
    expect(logged.at(-2)?.message).toBe('more reports than are written down');
    expect(`${logged.at(-1)?.fields.blocked}`.length).toBeLessThanOrEqual(120);
  });
});

const NO_LOG: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => NO_LOG };
