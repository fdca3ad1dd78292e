import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type Talking, Workplace } from './testing/sotto.ts';

setDefaultTimeout(30_000);

const place = new Workplace();
const ports: Record<string, string> = {};
let server: Talking;

beforeAll(async () => {
  const anywhere = ['0', '--udp-port', '0', '--quic-port', '0', '--web-port', '0'];
  server = place.startHere('serve', '127.0.0.1', ...anywhere, '--demo', '--data', 'data');
  await server.line('ready');
  for (const name of ['udp', 'quic', 'tls', 'websocket'])
    ports[name] = (await server.line(`listening ${name}`)).split(':').at(-1) ?? '';
});
afterAll(() => place.close());

describe('comparing transports (T15)', () => {
  test('T15 [PATH-1]: hello --all asks all four, from the port of any one of them', async () => {
    for (const from of ['quic', 'websocket']) {
      const { code, output, errors } = await place.run([
        'hello',
        '--all',
        '--server',
        `127.0.0.1:${ports[from]}`,
      ]);
      expect([code, errors]).toEqual([0, '']);
      const [head, ...rows] = output.split('\n');
      expect(head).toMatch(/^transport +port +reachable +handshake +round trip +loss +group +cipher$/);
      for (const [index, name] of ['udp', 'quic', 'tls', 'websocket'].entries()) {
        const facts = String.raw`yes +\d+\.\d ms +\d+\.\d\d / \d+\.\d\d ms +(-|\d+\.\d %) +X25519MLKEM768 +\S+GCM\S*$`;
        expect(rows[index]).toMatch(new RegExp(`^${name} +${ports[name]} +${facts}`));
      }
      for (const fact of ['server', 'fingerprint', 'identity', 'registration'])
        expect(rows.filter((row) => row.startsWith(`${fact} `))).toHaveLength(1);
    }
  });

  test('T15: for programs one line each', async () => {
    const { output } = await place.runHere([
      'hello',
      '--all',
      '--json',
      '--server',
      `127.0.0.1:${ports.udp}`,
    ]);
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type, transport, port }) => `${type} ${transport} ${port}`)).toEqual(
      ['udp', 'quic', 'tls', 'websocket'].map((name) => `hello ${name} ${ports[name]}`),
    );
    for (const line of lines)
      expect(line).toMatchObject({ identity: 'new', medianRoundTripMs: expect.any(Number) });
  });

  test('T15: what is not offered says so in its row, and one answer is enough', async () => {
    const other = place.startHere('serve', '127.0.0.1', '0', '--only', 'tls', '--demo', '--data', 'other');
    await other.line('ready');
    const address = (await other.line('listening tls')).split(' ').at(-1) ?? '';
    const { code, output } = await place.runHere(['hello', '--all', '--server', address]);
    expect(code).toBe(0);
    expect(output).toMatch(/^udp +- +no +the server does not offer udp$/m);
    expect(output).toMatch(/^tls +\d+ +yes/m);
  });

  test('T15 O2: nobody there is exit code 3, with a reason in every row', async () => {
    const { code, output } = await place.runHere(['hello', '--all', '--server', '127.0.0.1:1']);
    expect(code).toBe(3);
    expect(output.match(/^(udp|quic|tls|websocket) +1 +no +127\.0\.0\.1:1 .+$/gm)).toHaveLength(4);
  });

  test('T15 T17: --transport quic asks over QUIC alone; with --all it makes no sense', async () => {
    const at = ['--server', `127.0.0.1:${ports.quic}`, '--transport', 'quic'];
    const { code, output } = await place.runHere(['hello', ...at]);
    expect(code).toBe(0);
    expect(output).toMatch(/^transport +quic$/m);
    expect(output).toMatch(/^cipher +TLSv1\.3 TLS_\S+ X25519MLKEM768$/m);
    expect(await place.runHere(['hello', '--all', ...at])).toMatchObject({
      code: 2,
      errors: expect.stringContaining('--all and --transport exclude each other'),
    });
  });
});
