import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { ConfigError, type ConfigSources, readConfig, SETTING_NAMES, SETTINGS } from './config.ts';

const read = (sources: Partial<ConfigSources> = {}) =>
  readConfig({ flags: {}, environment: {}, file: {}, directory: '/srv', ...sources });

describe('configuration (O3)', () => {
  test('O3 T2: defaults are those of the documentation', () => {
    expect(read()).toEqual({
      dataDirectory: '/srv/data',
      address: '0.0.0.0',
      transports: ['udp', 'quic', 'tls', 'websocket'],
      quicIsOptional: true,
      ports: { udp: 20001, quic: 4433, tls: 5000, websocket: 8443 },
      demo: false,
      registration: 'open',
      deletedAccounts: 'keep',
      tlsIdentity: undefined,
      webOrigins: [],
      database: { kind: 'sqlite', path: '/srv/data/sotto.db' },
      files: {
        place: { kind: 'disk', directory: '/srv/data/files' },
        limits: { fileMax: 50 * 1024 ** 2, accountMax: 2 * 1024 ** 3, totalMax: 20 * 1024 ** 3 },
      },
      limits: {
        accountMessages: { perSecond: 10, burst: 200 },
        accountBytes: { perSecond: 128 * 1024, burst: 4 * 1024 ** 2 },
        accountRequests: { perSecond: 50, burst: 2_000 },
        sourceMessages: { perSecond: 100, burst: 2_000 },
        sourceBytes: { perSecond: 1024 ** 2, burst: 32 * 1024 ** 2 },
        sourceConnections: 200,
        roomMessages: { perSecond: 50, burst: 1_000 },
        roomBytes: { perSecond: 512 * 1024, burst: 16 * 1024 ** 2 },
      },
      assistants: undefined,
      log: { level: 'info', file: undefined },
    });
  });

  test('O3: a flag wins over the environment, the environment over the file, the file over the default', () => {
    const file = { SOTTO_TLS_PORT: '3', SOTTO_WEB_PORT: '3', SOTTO_LOG_LEVEL: 'warn' };
    const environment = { SOTTO_TLS_PORT: '2', SOTTO_WEB_PORT: '2' };
    const config = read({ flags: { tlsPort: '1' }, environment, file });
    expect(config.ports).toEqual({ udp: 20001, quic: 4433, tls: 1, websocket: 2 });
    expect(config.log.level).toBe('warn');
    expect(config.registration).toBe('open');
  });

  test('[LIMIT-1] O3: limits are written as what comes back in a time, and what there is at once', () => {
    const flags = {
      limitAccountMessages: '30/min:12',
      limitAccountBytes: '1.5K/s:2M',
      limitRoomBytes: 'off',
    };
    expect(read({ flags: { ...flags, limitSourceConnections: 'off' } }).limits).toMatchObject({
      accountMessages: { perSecond: 0.5, burst: 12 },
      accountBytes: { perSecond: 1_536, burst: 2 * 1024 ** 2 },
      roomBytes: undefined,
      sourceConnections: undefined,
    });
    expect(read({ flags: { limits: 'off' } }).limits).toBeUndefined();
  });

  test('[QUOTA-1] F1 O3: what files may take is written as a size, or off', () => {
    const flags = { fileMax: '512K', fileQuotaAccount: '1000000', fileQuotaTotal: 'off' };
    expect(read({ flags }).files.limits).toEqual({
      fileMax: 512 * 1024,
      accountMax: 1_000_000,
      totalMax: undefined,
    });
  });

  test('[QUOTA-5] F1 O3: files are in a directory, or in S3 with what the environment says of it', () => {
    expect(read({ flags: { files: 'big' } }).files.place).toEqual({ kind: 'disk', directory: '/srv/big' });
    const environment = {
      AWS_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'secret',
      AWS_SECRET_ACCESS_KEY: 'another',
      S3_ENDPOINT: 'https://s3.example.org',
    };
    expect(read({ flags: { files: 's3://pail//a/b/' }, environment }).files.place).toEqual({
      kind: 's3',
      bucket: 'pail',
      prefix: 'a/b',
      directory: '/srv/data/files',
      access: {
        accessKeyId: 'id',
        secretAccessKey: 'secret',
        sessionToken: undefined,
        region: undefined,
        endpoint: 'https://s3.example.org',
      },
    });
  });

  test('[QUOTA-5] F1 O4: what may hold a password is not repeated, and keys come from the environment alone', () => {
    const refused = (sources: Partial<ConfigSources>) => {
      expect(() => read(sources)).toThrow(ConfigError);
      expect(() => read(sources)).not.toThrow('hush');
    };
    refused({ flags: { files: 'https://u:hush@h/d' } });
    refused({ flags: { files: 's3://u:hush@pail' } });
    const environment = { S3_ACCESS_KEY_ID: 'hush', S3_SECRET_ACCESS_KEY: 'hush', S3_ENDPOINT: 'hush' };
    refused({ flags: { files: 's3://pail' }, environment });
    refused({
      flags: { files: 's3://pail' },
      file: { S3_ACCESS_KEY_ID: 'hush', S3_SECRET_ACCESS_KEY: 'hush' },
    });
  });

  test('O3: an empty value stands for the default', () => {
    expect(read({ environment: { SOTTO_TLS_PORT: '' }, file: { SOTTO_TLS_PORT: '7' } }).ports.tls).toBe(7);
  });

  test.each([
    [{ flags: { tlsPort: '70000' } }, '--tls-port "70000" is not a port'],
    [{ flags: { udpPort: 'many' } }, '--udp-port "many" is not a port'],
    [{ environment: { SOTTO_WEB_PORT: '-1' } }, 'SOTTO_WEB_PORT "-1" is not a port'],
    [{ file: { SOTTO_DEMO: 'maybe' } }, 'SOTTO_DEMO in .env "maybe" is neither on nor off'],
    [{ flags: { address: 'localhost' } }, '[ip] "localhost" is not an IP address'],
    [
      { flags: { only: 'tls,smoke' } },
      '--only "smoke" is not known here; use one of udp, quic, tls, websocket',
    ],
    [{ flags: { only: ',' } }, '--only "," names no transport'],
    [{ flags: { webPort: '5000' } }, '--web-port "5000" is the port of TLS already'],
    [{ flags: { quicPort: '20001' } }, '--quic-port "20001" is the port of UDP already'],
    [{ flags: { udpPort: '4433' } }, 'give --udp-port and --quic-port different ports'],
    [{ flags: { registration: 'all' } }, 'use one of open, invite, closed'],
    [{ flags: { tlsKey: 'k.pem' } }, 'give --tls-certificate as well'],
    [{ flags: { tlsCertificate: 'c.pem' } }, 'give --tls-key as well'],
    [{ flags: { webOrigins: 'https://a.example/x' } }, 'is not a web origin'],
    [{ flags: { limits: 'maybe' } }, 'use one of on, off'],
    [
      { flags: { limitAccountMessages: '10' } },
      '--limit-account-messages "10" is no limit; write it like 20/s:200',
    ],
    [{ flags: { limitRoomBytes: '0/s:10' } }, 'is no limit'],
    [{ flags: { limitSourceConnections: 'many' } }, 'is no number of connections'],
    [{ flags: { fileMax: '0' } }, '--file-max "0" is no size; write it like 50M or 2G, or off'],
    [{ flags: { fileQuotaTotal: '999999999T' } }, 'is no size'],
    [{ file: { SOTTO_FILE_QUOTA_ACCOUNT: '2g' } }, 'SOTTO_FILE_QUOTA_ACCOUNT in .env "2g" is no size'],
    [{ flags: { files: 's3://' } }, '--files names no bucket; write it like s3://BUCKET/PREFIX'],
    [{ flags: { files: 's3://Bucket_1' } }, '--files names no bucket'],
    [{ flags: { files: 's3://pail/a b' } }, '--files names no bucket'],
    [
      { flags: { files: 's3://pail' } },
      'the environment has no S3_ACCESS_KEY_ID; set it, or AWS_ACCESS_KEY_ID',
    ],
    [{ file: { SOTTO_TSL_PORT: '1' } }, 'SOTTO_TSL_PORT in .env is no setting'],
  ] as const)('O3: %j is refused by thing, value and way out', (sources, message) => {
    expect(() => read(sources)).toThrow(ConfigError);
    expect(() => read(sources)).toThrow(message);
  });

  test('O3: UDP and TCP may have one port number, and so may what does not run', () => {
    expect(read({ flags: { udpPort: '5000' } }).ports).toMatchObject({ udp: 5000, tls: 5000 });
    expect(read({ flags: { only: 'udp,tls', webPort: '5000' } }).transports).toEqual(['udp', 'tls']);
    expect(read({ flags: { only: 'quic,tls', udpPort: '4433' } }).transports).toEqual(['quic', 'tls']);
    expect(read({ flags: { udpPort: '0', quicPort: '0' } }).ports).toMatchObject({ udp: 0, quic: 0 });
  });

  test.each([
    [{}, true],
    [{ file: { SOTTO_ONLY: 'udp,quic,tls,websocket', SOTTO_QUIC_PORT: '4433' } }, true],
    [{ flags: { tlsPort: '1', address: '127.0.0.1' } }, true],
    [{ flags: { only: 'udp,quic,tls,websocket' } }, false],
    [{ flags: { quicPort: '4433' } }, false],
    [{ environment: { SOTTO_ONLY: 'tls,quic' } }, false],
    [{ file: { SOTTO_QUIC_PORT: '5555' } }, false],
  ] as const)('T2: with %j it is %j that QUIC may be missing', (sources, optional) => {
    expect(read(sources).quicIsOptional).toBe(optional);
  });

  test('O4: a database URL that is refused is not repeated, it may hold a password', () => {
    const refused = () => read({ flags: { database: 'mysql://u:secret@h/d' } });
    expect(refused).toThrow('--database-url is not a database this version knows; use sqlite:PATH');
    expect(refused).not.toThrow('secret');
  });

  test('A7: demo is on loopback only', () => {
    expect(read({ flags: { demo: 'true' } }).address).toBe('127.0.0.1');
    expect(read({ flags: { demo: 'true', address: '::1' } }).address).toBe('::1');
    for (const address of ['0.0.0.0', '10.0.0.1', '::', '192.168.1.1']) {
      expect(() => read({ flags: { demo: 'true', address } })).toThrow('leave out --demo');
    }
  });

  test('O3: any text in any setting gives a configuration or a ConfigError', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTING_NAMES), fc.string(), (name, text) => {
        try {
          read({ flags: { [name]: text } });
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

describe('.env.sample (O3)', () => {
  const sample = () => Bun.file(join(import.meta.dir, '../../../.env.sample')).text();

  test('O3: lists every setting with its default, and nothing else', async () => {
    const listed = Object.fromEntries(Object.entries(parseEnv(await sample())));
    const expected = SETTING_NAMES.map((name) => [SETTINGS[name].variable, SETTINGS[name].default]);
    expect(listed).toEqual(Object.fromEntries(expected));
  });

  test('O3: says of each setting what the table says', async () => {
    const text = await sample();
    for (const name of SETTING_NAMES) {
      const { variable, description } = SETTINGS[name];
      expect(text).toContain(`# ${description}\n${variable}=`);
    }
  });

  test('O3: changes nothing when copied as it is', async () => {
    expect(read({ file: parseEnv(await sample()) })).toEqual(read());
  });
});
