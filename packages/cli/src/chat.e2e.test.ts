import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type Running, type Talking, Workplace } from './testing/sotto.ts';

setDefaultTimeout(30_000);

const TRANSPORTS = ['udp', 'quic', 'tls', 'websocket'] as const;
const place = new Workplace();
const address: Record<string, string> = {};
let server: Running;

/** Starts the demo server, on free ports the first time and on the same ones later. */
async function serve(): Promise<void> {
  const [udp = '0', quic = '0', tls = '0', web = '0'] = TRANSPORTS.map(
    (name) => address[name]?.split(':')[1],
  );
  const ports = [tls, '--udp-port', udp, '--quic-port', quic, '--web-port', web];
  server = place.start('serve', '127.0.0.1', ...ports, '--demo', '--data', 'data');
  await server.line('ready');
  for (const name of TRANSPORTS) {
    const line = await server.line(`listening ${name} `);
    address[name] = line.split(' ').at(-1) ?? '';
  }
}

const PASSWORDS = { alice: 'p1', bob: 'p2', cam: 'p3' };
type Name = keyof typeof PASSWORDS;

function chatOptions(user: Name, transport = 'tls'): string[] {
  const file = place.file(`${user}.password`, `${PASSWORDS[user]}\n`);
  const at = ['--server', address[transport] ?? '', '--transport', transport, '--trust-first'];
  return ['chat', ...at, '--user', user, '--password-file', file];
}

/** In a process of its own. */
async function chat(user: Name, transport: string): Promise<Running> {
  const running = place.start(...chatOptions(user, transport));
  await running.line('* Signed in');
  return running;
}

async function chatHere(user: Name, ...more: string[]): Promise<Talking> {
  const talking = place.startHere(...chatOptions(user), ...more);
  await talking.line(more.includes('--json') ? '"started"' : '* Signed in');
  return talking;
}

const says = (code: number) => expect.objectContaining({ code });

beforeAll(serve);
afterAll(() => place.close());

describe('two people on one machine (C3, O2)', () => {
  test('C3 T1 M1 M2 M3 M4: room, direct message, number, list and broadcast, over UDP and WebSocket', async () => {
    const alice = await chat('alice', 'udp');
    const bob = await chat('bob', 'websocket');
    alice.write('/create #garden');
    await alice.line('You are in #garden');
    bob.write('/join #garden');
    await bob.line('You are in #garden');
    alice.write('#garden: the tomatoes are ripe');
    bob.write('#garden: at last');
    expect(await bob.line('tomatoes')).toBe('[#garden] alice: the tomatoes are ripe');
    expect(await alice.line('at last')).toBe('[#garden] bob: at last');
    alice.write('2: by number');
    expect(await bob.line('by number')).toBe('[@alice] alice: by number');
    bob.write('alice,3,nobody: to a list');
    expect(await alice.line('to a list')).toBe('[@bob] bob: to a list');
    expect(await bob.line('-> nobody')).toBe('  -> nobody: unknown, there is no such user');
    expect(await bob.line('-> cam')).toBe('  -> cam: queued, offline now');
    alice.write('0: to everyone');
    expect(await bob.line('to everyone')).toBe('[#lobby] alice: to everyone');
    alice.end();
    bob.end();
    expect(await alice.finished()).toEqual(says(0));
    // One of the recipients was unknown.
    expect(await bob.finished()).toEqual(says(1));
  });

  test('M6 T12: whoever was away gets everything in order, with the kept session and no password', async () => {
    await place.runHere(chatOptions('cam'));
    const sent = Array.from({ length: 20 }, (_, at) => `message ${at}`);
    expect(
      await place.runHere(
        chatOptions('alice'),
        sent.map((text) => `cam: ${text}`),
      ),
    ).toEqual(says(0));
    const cam = place.startHere(...chatOptions('cam').slice(0, -2));
    await cam.line('message 19');
    cam.end();
    const { output, code } = await cam.finished();
    const received = [...output.matchAll(/^\[@alice\] alice: (message \d+)$/gm)].map((match) => match[1]);
    expect(received).toEqual(sent);
    expect(code).toBe(0);
  });

  test('C3 T13: losing the server loses no message, and is said calmly', async () => {
    const alice = await chatHere('alice');
    server.signal('SIGKILL');
    await server.finished();
    await alice.line('* Offline.');
    alice.write('0: said while the server was away');
    await serve();
    expect(await alice.line('said while')).toBe('[#lobby] alice: said while the server was away');
    await alice.line('* Back online');
    alice.end();
    expect(await alice.finished()).toEqual(says(0));
  });

  test('C3: programs get JSON lines, and nothing that acts on a terminal', async () => {
    const bob = await chatHere('bob', '--json');
    bob.write('0: \u001b[2Jhello\u202e');
    const line = await bob.line('"sentAt"');
    await bob.line('"sent"');
    bob.write('nonsense');
    expect(JSON.parse(await bob.line('"USAGE"'))).toMatchObject({ type: 'error', line: 2 });
    bob.end();
    const { output, code } = await bob.finished();
    for (const character of ['\u001b', '\u202e']) expect(output).not.toContain(character);
    expect(output).toContain('hello');
    expect(JSON.parse(line)).toHaveProperty('room');
    expect(code).toBe(1);
  });
});

describe('leaving (C3)', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('C3: %s leaves cleanly', async (signal) => {
    const alice = await chat('alice', 'tls');
    alice.signal(signal);
    expect(await alice.finished()).toEqual(expect.objectContaining({ code: 0, errors: '' }));
  });

  test('C3 A5: after logout the session is gone', async () => {
    expect(await place.runHere(chatOptions('bob'), ['logout', '0: never'])).toEqual(says(0));
    const status = await place.runHere(['status', '--server', address.tls ?? '', '--user', 'bob']);
    expect(status.code).toBe(4);
    expect(status.errors).toContain('there is no session of bob');
  });

  test('A5: a revoked session stops the client, with the reason', async () => {
    const alice = await chatHere('alice');
    const { output } = await place.runHere(['admin', 'sessions', 'alice', '--data', 'data']);
    expect(output).toMatch(/^[0-9a-f-]{36} +1 alice /m);
    const session = /^[0-9a-f-]{36}/m.exec(output)?.[0] ?? '';
    expect(await place.runHere(['admin', 'revoke', session, '--data', 'data'])).toEqual(says(0));
    const { code, errors } = await alice.finished();
    expect(code).toBe(4);
    expect(errors).toContain('This session was ended');
  });
});

describe('being refused (O2, T18, A2)', () => {
  test('A2: a wrong password is exit code 4', async () => {
    const file = place.file('wrong', 'wrong\n');
    const options = chatOptions('bob').with(-1, file);
    const { code, errors } = await place.runHere(options);
    expect(code).toBe(4);
    expect(errors).toContain('User name or password is wrong');
  });

  test('C3: without a terminal, what is missing is named', async () => {
    const at = ['--server', address.tls ?? ''];
    expect((await place.runHere(['chat', ...at])).errors).toContain('--user is missing');
    expect((await place.runHere(['chat', ...at, '--user', 'bob'])).errors).toContain('give --password-file');
    const elsewhere = new Workplace();
    const { code, errors } = await elsewhere.runHere(['chat', ...at, '--user', 'bob']);
    await elsewhere.close();
    expect([code, errors]).toEqual([2, expect.stringMatching(/is new here.*--pin.*--trust-first/)]);
  });

  test('T18: a changed identity stops before anything is sent, and takes its fingerprint to accept', async () => {
    const name = address.tls ?? '';
    const shown = (await place.runHere(['trust', name])).output.trim().split(' ')[1] ?? '';
    const other = `SHA256:${'00:'.repeat(31)}00`;
    await place.runHere(['trust', name, other]);
    const refused = await place.runHere(chatOptions('bob'), ['0: never']);
    expect(refused.code).toBe(5);
    expect(refused.errors).toContain('WARNING');
    expect(refused.errors).toContain(shown);
    expect((await place.runHere(['hello', '--server', name])).output).toContain('CHANGED');
    await place.runHere(['trust', name, shown]);
    expect(await place.runHere(chatOptions('bob'))).toEqual(says(0));
  });

  test('O2: a server that is not there is exit code 3', async () => {
    const { code, errors } = await place.runHere(['hello', '--server', '127.0.0.1:1', '--transport', 'tls']);
    expect([code, errors]).toEqual([3, expect.stringContaining('127.0.0.1:1')]);
  });

  test('T2: a port in use is named, with its transport and the flag that changes it', async () => {
    const port = address.tls?.split(':')[1] ?? '';
    const { code, errors } = await place.runHere([
      'serve',
      '127.0.0.1',
      port,
      '--udp-port',
      '0',
      '--quic-port',
      '0',
      '--web-port',
      '0',
      '--data',
      'other',
    ]);
    expect(code).toBe(6);
    expect(errors).toContain(`tls on 127.0.0.1:${port}`);
    expect(errors).toContain('--tls-port');
    for (const name of ['udp', 'quic'] as const) {
      const number = address[name]?.split(':')[1] ?? '';
      const only = ['--only', name, '--data', 'other'];
      const taken = await place.runHere(['serve', '127.0.0.1', `--${name}-port`, number, ...only]);
      expect(taken.code).toBe(6);
      expect(taken.errors).toContain(`${name} on 127.0.0.1:${number}: the port is in use`);
      expect(taken.errors).toContain(`--${name}-port`);
    }
  });

  test('O2: a directory that cannot be used is named, in words', async () => {
    const file = place.file('a-file', '');
    const { code, errors } = await place.runHere([
      'serve',
      '127.0.0.1',
      '0',
      '--udp-port',
      '0',
      '--quic-port',
      '0',
      '--web-port',
      '0',
      '--data',
      file,
    ]);
    expect([code, errors]).toEqual([1, expect.stringContaining(`${file}: a file is where a directory`)]);
  });

  test('A7: --demo is refused beyond loopback', async () => {
    const { code, errors } = await place.runHere(['serve', '0.0.0.0', '--demo', '--data', 'never']);
    expect([code, errors]).toEqual([2, expect.stringContaining('--demo')]);
  });
});

describe('QUIC (T2)', () => {
  test('T2 C3: a server of QUIC alone; what the runtime thinks of its QUIC is shown by neither side', async () => {
    const alone = place.start('serve', '127.0.0.1', '--only', 'quic', '--quic-port', '0', '--data', 'alone');
    await alone.line('ready');
    const at = (await alone.line('listening quic ')).split(' ').at(-1) ?? '';
    const hello = await place.run(['hello', '--server', at, '--transport', 'quic', '--json']);
    expect(hello).toEqual({ code: 0, output: expect.stringContaining('"transport":"quic"'), errors: '' });
    alone.signal('SIGTERM');
    const { code, errors, output } = await alone.finished();
    expect([code, errors]).toEqual([0, expect.stringContaining('server stopped')]);
    expect(errors).not.toContain('Experimental');
    expect(output.match(/^listening /gm)).toHaveLength(1);
  });

  test('O3: the port of UDP is not free for it', async () => {
    const { code, errors } = await place.runHere([
      'serve',
      '127.0.0.1',
      '--udp-port',
      '4433',
      '--data',
      'never',
    ]);
    expect([code, errors]).toEqual([2, expect.stringContaining('--quic-port')]);
  });
});

describe('diagnostics (T15, T16)', () => {
  test('T15: hello shows version, round trip, transport, cipher and fingerprint', async () => {
    const { output } = await place.runHere([
      'hello',
      '--server',
      address.websocket ?? '',
      '--transport',
      'websocket',
    ]);
    for (const fact of ['protocol 1', 'ms', 'websocket', 'TLSv1.3', 'SHA256:', 'registration']) {
      expect(output).toContain(fact);
    }
    const udp = await place.runHere(['hello', '--server', address.udp ?? '', '--transport', 'udp']);
    expect(udp.output).toMatch(/^path +round trip \d+\.\d ms, loss 0\.0 %, window \d+ KiB$/m);
    const json = await place.runHere(['hello', '--server', address.tls ?? '', '--json']);
    expect(JSON.parse(json.output)).toMatchObject({ type: 'hello', transport: 'tls', protocolVersion: 1 });
  });

  test('T16: status shows connection, session, user and rooms', async () => {
    await place.runHere(chatOptions('cam'));
    const { output, code } = await place.runHere(['status', '--server', address.tls ?? '', '--user', 'cam']);
    expect(code).toBe(0);
    expect(output).toMatch(/^connection +online over tls/m);
    expect(output).toMatch(/^user +cam, number 3$/m);
    expect(output).toMatch(/^room 1 +#lobby/m);
  });

  test('A6: an invite code makes an account', async () => {
    const invite = await place.runHere(['admin', 'invite', '--data', 'data', '--expires', '1h']);
    const file = place.file('dora.password', 'p4\n');
    const options = ['--server', address.tls ?? '', '--password-file', file, '--code', invite.output.trim()];
    expect(await place.runHere(['register', 'dora', ...options])).toEqual(says(0));
    expect((await place.runHere(['admin', 'users', '--data', 'data'])).output).toMatch(/^4 +dora +user/m);
  });

  test('O2 [COUNT-1]: serve stops in order on SIGTERM, and says what went over UDP and QUIC', async () => {
    server.signal('SIGTERM');
    const { code, errors } = await server.finished();
    expect(code).toBe(0);
    const [udp, quic, last] = errors.trim().split('\n').slice(-3);
    expect(last).toContain('server stopped');
    expect(JSON.parse(udp ?? '')).toMatchObject({ transport: 'udp', message: 'served' });
    expect(JSON.parse(udp ?? '').datagramsReceived).toBeGreaterThan(0);
    expect(JSON.parse(quic ?? '')).toMatchObject({ transport: 'quic', message: 'served' });
  });

  test('A7: what --demo made is never served without it', async () => {
    const later = await place.runHere(['serve', '0.0.0.0', '0', '--only', 'tls', '--data', 'data']);
    expect(later).toEqual({ code: 1, output: '', errors: expect.stringContaining('was made by --demo') });
  });
});
