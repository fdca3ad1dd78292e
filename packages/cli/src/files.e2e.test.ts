import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Running, type Talking, Workplace } from './testing/sotto.ts';

setDefaultTimeout(30_000);

const TRANSPORTS = ['udp', 'quic', 'tls', 'websocket'] as const;
const place = new Workplace();
const address: Record<string, string> = {};
let server: Running;
const PASSWORDS = { alice: 'p1', bob: 'p2', cam: 'p3' };
type Name = keyof typeof PASSWORDS;

async function serve(): Promise<void> {
  const [udp = '0', quic = '0', tls = '0', web = '0'] = TRANSPORTS.map(
    (name) => address[name]?.split(':')[1],
  );
  const ports = [tls, '--udp-port', udp, '--quic-port', quic, '--web-port', web];
  const limits = ['--file-max', '25M', '--file-quota-account', '200M'];
  server = place.start('serve', '127.0.0.1', ...ports, '--demo', '--data', 'data', ...limits);
  await server.line('ready');
  for (const name of TRANSPORTS)
    address[name] = (await server.line(`listening ${name} `)).split(' ').at(-1) ?? '';
}

beforeAll(serve);
afterAll(() => place.close());

function options(user: Name, transport = 'tls'): string[] {
  const file = place.file(`${user}.password`, `${PASSWORDS[user]}\n`);
  const at = ['--server', address[transport] ?? '', '--transport', transport, '--trust-first'];
  return ['chat', ...at, '--user', user, '--password-file', file];
}

async function chat(user: Name, transport = 'tls', ...more: string[]): Promise<Talking> {
  const talking = place.startHere(...options(user, transport), ...more);
  await talking.line(more.includes('--json') ? '"started"' : '* Signed in');
  return talking;
}

/** In a process of its own. */
async function chatAlone(user: Name): Promise<Running> {
  const running = place.start(...options(user));
  await running.line('* Signed in');
  return running;
}

/** Bytes that no two files of these tests share. */
function bytesOf(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at++) bytes[at] = (at * 31 + (at >> 8) * seed + seed) & 0xff;
  return bytes;
}

function write(name: string, bytes: Uint8Array): string {
  const path = join(place.directory, name);
  writeFileSync(path, bytes);
  return path;
}

const downloads = (sender: Name, name = ''): string =>
  join(place.directory, 'home', 'downloads', sender, name);
const says = (code: number) => expect.objectContaining({ code });

async function leaves(...people: readonly Talking[]): Promise<void> {
  for (const person of people) person.end();
  for (const person of people) expect(await person.finished()).toEqual(says(0));
}

describe('files between people (F1, F4)', () => {
  test.each(['udp', 'quic'] as const)(
    'F1 F3 F4: 200 KB to bob over %s, who accepts it',
    async (transport) => {
      const name = `${transport} report.bin`;
      const bytes = bytesOf(200_000, transport.length * 7 + transport.charCodeAt(0));
      write(name, bytes);
      const alice = await chat('alice', transport);
      const bob = await chat('bob', 'tls');
      alice.write(`/send @bob "${name}" as promised`);
      const offered = await bob.line(`: ${name}`);
      expect(offered).toMatch(/^ {2}= 200 kB, .*\/accept @alice\/\d+ or \/decline @alice\/\d+: /);
      bob.write('/accept');
      const saved = await bob.line(`Saved ${name} from @alice (200 kB)`);
      expect(saved).toEndWith(downloads('alice', name));
      await alice.line(`* bob accepted ${name} (@bob/`);
      const path = downloads('alice', name);
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      await leaves(alice, bob);
    },
  );

  test('F1 F4: what is declined is gone, and nothing of it is saved', async () => {
    write('secret.bin', bytesOf(100_000, 3));
    const alice = await chat('alice');
    const bob = await chat('bob');
    alice.write('/send @bob secret.bin');
    await bob.line(': secret.bin');
    bob.write('/decline');
    await alice.line('* bob declined secret.bin');
    bob.write('/get @alice/^alice');
    bob.end();
    const { code, errors } = await bob.finished();
    expect(code).toBe(1);
    expect(errors).toContain('! line 2: secret.bin from @alice: ');
    expect(existsSync(downloads('alice', 'secret.bin'))).toBe(false);
    await leaves(alice);
  });

  test('F4: a file of a room that is fetched twice gets another name the second time', async () => {
    const bytes = bytesOf(70_000, 5);
    write('map.bin', bytes);
    const alice = await chat('alice', 'udp');
    const bob = await chat('bob', 'websocket');
    alice.write('/send #lobby map.bin');
    const number = /\/get #lobby\/(\d+): map\.bin/.exec(await bob.line('map.bin'))?.[1];
    bob.write(`/get #lobby/${number}`);
    await bob.line(downloads('alice', 'map.bin'));
    bob.write(`/get #lobby/${number}`);
    await bob.line('map (2).bin');
    bob.write(`/get #lobby/${number} as ../../../../tmp/evil.bin`);
    await bob.line(downloads('alice', 'evil.bin'));
    for (const name of ['map.bin', 'map (2).bin', 'evil.bin'])
      expect(readFileSync(downloads('alice', name)).equals(bytes)).toBe(true);
    expect(readdirSync(downloads('alice')).filter((name) => name.startsWith('.'))).toEqual([]);
    await leaves(alice, bob);
  });

  test('F1: small and empty files are in the message, texts show how they begin', async () => {
    const alice = await chat('alice');
    const bob = await chat('bob');
    write('empty', Buffer.alloc(0));
    write('poem.txt', Buffer.from('roses\nviolets\n'));
    alice.write('/send #lobby empty');
    alice.write('/send #lobby poem.txt');
    expect(await bob.line(': empty')).toContain('  = 0 bytes');
    expect(await bob.line(': poem.txt')).toStartWith('  = 14 bytes, text/plain, /get #lobby/');
    expect(await bob.line('violets')).toBe('    | violets');
    bob.write('/get #lobby/^');
    await bob.line('Saved poem.txt');
    expect(readFileSync(downloads('alice', 'poem.txt'), 'utf8')).toBe('roses\nviolets\n');
    await leaves(alice, bob);
  });

  test('F1: a picture comes with its size and a small one of it, and nothing else of its file', async () => {
    const pixels = Buffer.alloc(54 + 600 * 400 * 3);
    pixels.write('BM');
    for (const [at, value] of [
      [2, pixels.length],
      [10, 54],
      [14, 40],
      [18, 600],
      [22, 400],
    ] as const)
      pixels.writeUInt32LE(value, at);
    pixels.writeUInt16LE(1, 26);
    pixels.writeUInt16LE(24, 28);
    const photo = await new Bun.Image(pixels).jpeg().bytes();
    const where = Buffer.from('\u00ff\u00e1\u0000\u0014Exif\u0000\u0000GPS: at home', 'latin1');
    write('photo.jpg', Buffer.concat([photo.subarray(0, 2), where, photo.subarray(2)]));
    const bob = await chat('bob', 'tls', '--json');
    expect(await place.runHere(options('alice'), ['/send #lobby photo.jpg'])).toEqual(says(0));
    const { file } = JSON.parse(await bob.line('photo.jpg'));
    expect(file).toMatchObject({ mediaType: 'image/jpeg', preview: { width: 600, height: 400 } });
    const thumbnail = Buffer.from(file.preview.thumbnail, 'base64');
    expect(await new Bun.Image(thumbnail).metadata()).toMatchObject({ width: 256, format: 'webp' });
    expect(thumbnail.includes('GPS')).toBe(false);
    await leaves(bob);
  });
});

describe('programs and scripts (F1, F2, C3)', () => {
  test('F1 C3: the end of input waits for the file; every step is a line of JSON', async () => {
    write('big.bin', bytesOf(3_000_000, 11));
    const { code, output } = await place.runHere([...options('alice'), '--json'], ['/send #lobby big.bin']);
    expect(code).toBe(0);
    const told = output
      .split('\n')
      .flatMap((line) => (line.includes('"transfer"') ? [JSON.parse(line)] : []));
    expect(told[0]).toMatchObject({ state: 'started', line: 1, direction: 'send', where: '#lobby' });
    expect(told.at(-1)).toMatchObject({ state: 'sent', line: 1, sent: { room: 1 } });
  });

  test('F2 C3: what cannot be sent is said with its reason, and the exit code tells', async () => {
    write('large.bin', Buffer.alloc(27_000_000));
    const { code, errors } = await place.runHere(options('alice'), [
      '/send #lobby nothing.bin',
      '/send #lobby home',
      '/send #lobby large.bin',
    ]);
    expect(code).toBe(1);
    expect(errors).toContain('! line 1: "nothing.bin" is not there; check the path');
    expect(errors).toContain('! line 2: "home" is a folder');
    expect(errors).toContain('(27 MB, at most 26.2 MB)');
  });

  test('F1: a link from /link gives the file to a browser, once', async () => {
    const bytes = bytesOf(100_000, 13);
    write('link.bin', bytes);
    expect(await place.runHere(options('alice'), ['/send #lobby link.bin'])).toEqual(says(0));
    const bob = await chat('bob', 'websocket');
    bob.write('/link #lobby/^');
    const url = (await bob.line('  https://')).trim();
    const get = () => fetch(url, { tls: { rejectUnauthorized: false } });
    const first = await get();
    expect(Buffer.from(await first.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await get()).ok).toBe(false);
    await leaves(bob);
  });
});

describe('somebody at a terminal (F1, C3)', () => {
  test('F1 C3: a file dropped onto the prompt is asked about; Tab completes paths; a row shows how far it is', async () => {
    const path = write('my drop.bin', bytesOf(300_000, 29));
    const seat = place.sit(...options('cam'));
    await seat.sees('* Signed in as cam');
    seat.type('0: hello\r');
    await seat.sees('[#lobby] cam: hello');
    seat.type(`'${path}'\r`);
    await seat.sees('Send my drop.bin (300 kB) to #lobby? [y/N] ');
    seat.type('no\r');
    await seat.sees('* Not sent: my drop.bin.');
    server.signal('SIGSTOP');
    seat.type('/send my\\ dr\t\r');
    await seat.sees('-> my drop.bin #lobby');
    seat.type('half a sen');
    await seat.sees('half a sen');
    server.signal('SIGCONT');
    await seat.sees(': my drop.bin');
    seat.type('tence\r');
    await seat.sees('[#lobby] cam: half a sentence');
    seat.type('/quit\r');
    expect(await seat.exited()).toBe(0);
  });
});

describe('after a break (F4)', () => {
  const SIZE = 2_000_000;

  /** The server answers nothing meanwhile, so that it cannot be there already. */
  async function killedWhileSending(name: string): Promise<void> {
    const alice = place.start(...options('alice'), '--json');
    await alice.line('"started"');
    server.signal('SIGSTOP');
    alice.write(`/send #lobby ${name}`);
    await alice.line('"state":"started"');
    alice.signal('SIGKILL');
    await alice.finished();
    server.signal('SIGCONT');
  }

  test('F4 C3: an upload that was killed goes on at the next start, asking nothing', async () => {
    const bytes = bytesOf(SIZE, 17);
    write('long.bin', bytes);
    await killedWhileSending('long.bin');
    const bob = await chat('bob');
    const again = await place.runHere(options('alice'));
    expect(again).toEqual(says(0));
    expect(again.output).toMatch(/^\* Going on with long\.bin to #lobby, \d+ %\.$/m);
    const number = /#lobby\/(\d+): long\.bin/.exec(await bob.line(': long.bin'))?.[1];
    bob.write(`/get #lobby/${number}`);
    await bob.line('Saved long.bin');
    expect(readFileSync(downloads('alice', 'long.bin')).equals(bytes)).toBe(true);
    await leaves(bob);
    expect((await place.runHere(options('alice'))).output).not.toContain('Going on');
  });

  test('F4 C3: leaving says what is kept, and the next start goes on with it', async () => {
    write('left.bin', bytesOf(SIZE, 37));
    const alice = await chatAlone('alice');
    server.signal('SIGSTOP');
    alice.write('/send #lobby left.bin');
    alice.write('/transfers');
    await alice.line('  1  left.bin to #lobby');
    alice.signal('SIGTERM');
    const { code, errors } = await alice.finished();
    server.signal('SIGCONT');
    expect(code).toBe(0);
    expect(errors).toEndWith('sotto: 1 file is kept here and will go out at the next start\n');
    const again = await place.runHere(options('alice'));
    expect(again.output).toContain('* Going on with left.bin to #lobby, ');
    expect(again.errors).toBe('');
  });

  test('F4 C3: files sent offline by a client that was killed arrive once', async () => {
    const names = ['small.bin', 'larger.bin'];
    write('small.bin', bytesOf(1_000, 31));
    write('larger.bin', bytesOf(100_000, 31));
    const alice = await chatAlone('alice');
    server.signal('SIGKILL');
    await server.finished();
    await alice.line('* Offline.');
    for (const name of names) alice.write(`/send #lobby ${name}`);
    alice.write('/transfers');
    await alice.line('  2  larger.bin to #lobby');
    alice.signal('SIGKILL');
    await alice.finished();
    await serve();
    const bob = await chat('bob');
    expect(await place.runHere(options('alice'))).toEqual(says(0));
    for (const name of names) await bob.line(`: ${name}`);
    bob.write('/history #lobby 50');
    await bob.line('* End of history');
    for (const name of names)
      expect(
        bob
          .printed()
          .split('\n')
          .filter((line) => line.endsWith(`: ${name}`)),
      ).toHaveLength(2);
    await leaves(bob);
  });

  test('F4: a file that has changed meanwhile is not sent in its place', async () => {
    const path = write('draft.bin', bytesOf(SIZE, 19));
    await killedWhileSending('draft.bin');
    utimesSync(path, new Date(), new Date(Date.now() - 60_000));
    const again = await place.runHere(options('alice'));
    expect(again.output).toContain('* Not gone on with draft.bin to #lobby: it has changed since.');
    expect(again.output).not.toContain(': draft.bin');
  });

  test('F4: offline, a file waits and says so, and goes out when the server is back', async () => {
    write('later.bin', bytesOf(90_000, 23));
    const alice = await chat('alice');
    server.signal('SIGKILL');
    await server.finished();
    await alice.line('* Offline.');
    alice.write('/send #lobby later.bin');
    await alice.line('  -> waits');
    await serve();
    await alice.line(': later.bin');
    await leaves(alice);
  });
});
