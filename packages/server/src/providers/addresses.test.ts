import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { generatePrivateKey, selfSign } from '../identity/self-signed.ts';
import { isPublicAddress, type LookUp } from './addresses.ts';
import { postTo } from './fetching.ts';
import { createOpenProvider } from './open.ts';
import { collect } from './testing/collect.ts';
import { DEFAULT_TEXT } from './testing/model-mode.ts';
import { ModelServer } from './testing/model-server.ts';

describe('addresses (I3)', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
  ])('[PROVIDER-2] I3: %s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  test.each([
    ...[
      '0.0.0.0',
      '0.1.2.3',
      '10.0.0.1',
      '10.255.255.255',
      '100.64.0.1',
      '100.127.255.255',
      '127.0.0.1',
      '127.9.9.9',
    ],
    ...[
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.8',
      '192.0.2.1',
      '192.168.1.1',
      '198.18.0.1',
    ],
    ...['198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::7f00:1',
      '64:ff9b::a00:1',
      '64:ff9b:1::1',
      '100::1',
    ],
    ...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2001:db8::1', '2001::1'],
    ...['2002:7f00:1::', '3fff::1', '4000::1', 'localhost', '', '127.1', '0x7f.1'],
  ])('[PROVIDER-2] I3: %j is not', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('where requests go (I3)', () => {
  let server: ModelServer;
  let asked: string[];

  beforeEach(async () => {
    server = await ModelServer.start('ollama');
    asked = [];
  });
  afterEach(async () => {
    await server.drained();
    await server.close();
  });

  const lookUpOf =
    (addresses: Record<string, readonly string[]>): LookUp =>
    async (name) => {
      asked.push(name);
      const found = addresses[name];
      if (found === undefined) throw new Error('ENOTFOUND');
      return found;
    };
  const ask = (host: string, lookUp: LookUp, privateHosts: readonly string[] = []) =>
    collect(
      createOpenProvider(privateHosts, { lookUp })({
        kind: 'ollama',
        url: `http://${host}:${server.port}`,
        key: undefined,
      }),
    );

  test('[PROVIDER-2] I3: addresses and localhost are taken as they are, and not looked up', async () => {
    for (const host of ['127.0.0.1', 'localhost', '2130706433', 'LOCALHOST'])
      expect((await ask(host, lookUpOf({}))).text).toBe(DEFAULT_TEXT);
    expect(asked).toEqual([]);
  });

  test.each([
    [['127.0.0.1']],
    [['8.8.8.8', '127.0.0.1']],
    [['2606:4700::1111', '::1']],
    [['169.254.169.254']],
    [['::ffff:10.0.0.1']],
    [['100.100.100.100']],
    [['not an address']],
  ])('[PROVIDER-2] I3: a name that stands for %j is refused, and nothing is sent', async (addresses) => {
    const { error } = await ask('models.example', lookUpOf({ 'models.example': addresses }));
    expect(error?.fault).toBe('forbidden');
    expect(error?.message).toContain('SOTTO_AI_PRIVATE_HOSTS');
    expect(server.requests).toEqual([]);
  });

  test('[PROVIDER-2] I3: a listed name may stand for a private address; others like it may not', async () => {
    const lookUp = lookUpOf({
      'ollama.lan': ['127.0.0.1'],
      'x.ollama.lan': ['127.0.0.1'],
      'ollama.lan.': ['127.0.0.1'],
    });
    expect((await ask('Ollama.LAN', lookUp, ['ollama.lan'])).text).toBe(DEFAULT_TEXT);
    expect(server.requests[0]?.headers.host).toBe(`ollama.lan:${server.port}`);
    for (const other of ['x.ollama.lan', 'ollama.lan.'])
      expect((await ask(other, lookUp, ['ollama.lan'])).error?.fault).toBe('forbidden');
    expect(server.requests).toHaveLength(1);
  });

  test('[PROVIDER-2] I3: it is looked up for each request, once, and what was found is what is asked', async () => {
    let calls = 0;
    const lookUp: LookUp = async () => {
      calls += 1;
      return calls === 1 ? ['127.0.0.1'] : ['127.0.0.2'];
    };
    const provider = createOpenProvider(['turns.example'], { lookUp })({
      kind: 'ollama',
      url: `http://turns.example:${server.port}`,
      key: undefined,
    });
    expect((await collect(provider)).text).toBe(DEFAULT_TEXT);
    // Nothing listens there.
    expect((await collect(provider)).error?.fault).toBe('unreachable');
    expect([calls, server.requests.length]).toEqual([2, 1]);
  });

  test('[PROVIDER-2] I1: where one address of a name takes no connection the next one is tried', async () => {
    const lookUp = lookUpOf({ 'two.example': ['127.0.0.2', '127.0.0.1'] });
    expect((await ask('two.example', lookUp, ['two.example'])).text).toBe(DEFAULT_TEXT);
    expect(server.requests).toHaveLength(1);
  });

  test('[PROVIDER-2] I3: a name that nobody knows is unreachable; giving up does not wait for the answer', async () => {
    expect((await ask('nowhere.example', lookUpOf({}))).error?.fault).toBe('unreachable');
    const never: LookUp = () => new Promise(() => {});
    const provider = createOpenProvider([], { lookUp: never })({
      kind: 'openai',
      url: 'https://slow.example',
      key: 'k',
    });
    const controller = new AbortController();
    const outcome = collect(provider, controller.signal);
    await Bun.sleep(5);
    controller.abort(new Error('enough'));
    await expect(outcome).rejects.toThrow('enough');
  });

  test('[PROVIDER-2] I3: over HTTPS the certificate has to be for the name, whatever the address', async () => {
    const key = await generatePrivateKey();
    const cert = await selfSign(key, ['models.example'], new Date());
    const tls = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      tls: { key, cert },
      fetch: (request) => new Response(request.headers.get('host')),
    });
    const post = (name: string) => {
      const url = new URL(`https://${name}:${tls.port}/`);
      return postTo(
        url,
        { headers: new Headers(), body: '' },
        '127.0.0.1',
        new AbortController().signal,
        cert,
      );
    };
    try {
      expect(await (await post('models.example')).text()).toBe(`models.example:${tls.port}`);
      await expect(post('other.example')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    } finally {
      await tls.stop(true);
    }
  });
});
