import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { ConfigError, type ConfigSources, readConfig, SETTING_NAMES, SETTINGS } from '../config.ts';

const read = (sources: Partial<ConfigSources> = {}) =>
  readConfig({ flags: {}, environment: {}, file: {}, directory: '/srv', ...sources }).assistants;

const OLLAMA = { SOTTO_AI_PROVIDER: 'ollama', SOTTO_AI_MODEL: 'llama3.2' };
const OPENAI = { SOTTO_AI_PROVIDER: 'openai', SOTTO_AI_MODEL: 'gpt-4o-mini', SOTTO_AI_KEY: 'sk-hush' };

describe('settings of assistants (I1)', () => {
  test('I1: without a provider there are none, whatever else is set', () => {
    expect(read()).toBeUndefined();
    expect(read({ file: { ...OPENAI, SOTTO_AI_PROVIDER: '' } })).toBeUndefined();
  });

  test('I1: Ollama needs two lines; the rest is as documented', () => {
    expect(read({ file: OLLAMA })).toEqual({
      access: { kind: 'ollama', url: 'http://127.0.0.1:11434', key: undefined },
      model: 'llama3.2',
      name: 'assistant',
      prompt: '',
      keyOf: expect.any(Function),
      privateHosts: [],
      contextTokens: 3_000,
      answerTokens: 1_000,
      parallel: 4,
      queue: 100,
      timeoutMs: 60_000,
      budgets: {
        account: { requests: 100, tokens: 200_000 },
        room: { requests: 300, tokens: 600_000 },
        server: { requests: 2_000, tokens: 4_000_000 },
      },
    });
  });

  test('I1: a key of OpenAI needs three', () => {
    expect(read({ file: OPENAI })?.contextTokens).toBe(8_000);
    expect(read({ file: OPENAI })?.access).toEqual({
      kind: 'openai',
      url: 'https://api.openai.com/v1',
      key: 'sk-hush',
    });
  });

  test('I1: what .env.sample says of connecting is enough', async () => {
    const sample = await Bun.file(join(import.meta.dir, '../../../../.env.sample')).text();
    const ways = sample.split('\n').filter((line) => /^# - .*SOTTO_AI_PROVIDER=/.test(line));
    const settings = ways.map((way) =>
      read({ file: parseEnv(way.match(/SOTTO_AI_\w+=[^\s,]+/g)?.join('\n') ?? '') }),
    );
    expect(settings.map((each) => each?.access.kind)).toEqual(['ollama', 'openai']);
  });

  test('I1 I3: everything can be set', () => {
    const file = {
      ...OLLAMA,
      SOTTO_AI_URL: 'https://models.example/api/v1',
      SOTTO_AI_KEY: 'k',
      SOTTO_AI_NAME: 'Ada',
      SOTTO_AI_PROMPT: 'Answer in German.\nBe brief.',
      SOTTO_AI_PRIVATE_HOSTS: ' ollama.lan, Host.Docker.Internal,',
      SOTTO_AI_CONTEXT: '32000',
      SOTTO_AI_ANSWER: '500',
      SOTTO_AI_PARALLEL: '1',
      SOTTO_AI_QUEUE: '0',
      SOTTO_AI_TIMEOUT: '2m',
      SOTTO_AI_LIMIT_ACCOUNT: '5:1M',
      SOTTO_AI_LIMIT_ROOM: 'off',
      SOTTO_AI_LIMIT_TOTAL: '1K:50',
    };
    expect(read({ file })).toMatchObject({
      access: { kind: 'ollama', url: 'https://models.example/api/v1', key: 'k' },
      name: 'Ada',
      prompt: 'Answer in German.\nBe brief.',
      privateHosts: ['ollama.lan', 'host.docker.internal'],
      contextTokens: 32_000,
      answerTokens: 500,
      parallel: 1,
      queue: 0,
      timeoutMs: 120_000,
      budgets: {
        account: { requests: 5, tokens: 1_000_000 },
        room: undefined,
        server: { requests: 1_000, tokens: 50 },
      },
    });
  });

  test('I1: flags win over the environment, and that over the file', () => {
    const sources = { environment: { SOTTO_AI_MODEL: 'second' }, file: OLLAMA };
    expect(read(sources)?.model).toBe('second');
    expect(read({ ...sources, flags: { aiModel: 'first' } })?.model).toBe('first');
  });

  test('I1: the key has no flag, since others on the machine see arguments', () => {
    expect(SETTINGS.aiKey.flag).toBeUndefined();
    expect(SETTING_NAMES.filter((name) => SETTINGS[name].flag === undefined)).toEqual(['aiKey']);
  });

  test('I1: keys of other assistants are in the environment or the file, under other names', () => {
    const environment = { ADA_KEY: 'from the environment', EMPTY: '' };
    const file = { ...OLLAMA, ADA_KEY: 'from the file', BOB_KEY: 'of bob', EMPTY: 'not empty' };
    const keyOf = read({ environment, file })?.keyOf;
    expect(['ADA_KEY', 'BOB_KEY', 'EMPTY', 'NONE'].map((name) => keyOf?.(name))).toEqual([
      'from the environment',
      'of bob',
      'not empty',
      undefined,
    ]);
    expect(() => read({ file: { ...OLLAMA, SOTTO_ADA_KEY: 'k' } })).toThrow(
      'SOTTO_ADA_KEY in .env is no setting',
    );
  });

  test.each([
    [
      { SOTTO_AI_PROVIDER: 'claude' },
      'SOTTO_AI_PROVIDER in .env "claude" is not known here; use one of openai, ollama',
    ],
    [{ SOTTO_AI_PROVIDER: 'ollama' }, '"ollama" has no model; set SOTTO_AI_MODEL to one of `ollama list`'],
    [
      { ...OPENAI, SOTTO_AI_MODEL: '' },
      '"openai" has no model; set SOTTO_AI_MODEL to one that your key may use',
    ],
    [{ ...OPENAI, SOTTO_AI_KEY: '' }, '"openai" needs a key; set SOTTO_AI_KEY, or SOTTO_AI_URL'],
    [
      { ...OLLAMA, SOTTO_AI_MODEL: 'llama 3' },
      'SOTTO_AI_MODEL in .env "llama 3" is no name of a model; write it',
    ],
    [
      { ...OLLAMA, SOTTO_AI_URL: 'localhost:11434' },
      'SOTTO_AI_URL in .env is no URL of an API; write it like',
    ],
    [{ ...OLLAMA, SOTTO_AI_URL: 'file:///etc/passwd' }, 'is no URL of an API'],
    [
      { SOTTO_AI_PRIVATE_HOSTS: 'http://ollama.lan' },
      '"http://ollama.lan" is no host name; write it like ollama.lan',
    ],
    [{ SOTTO_AI_PRIVATE_HOSTS: 'a.lan,b.lan:80' }, '"b.lan:80" is no host name'],
    [{ SOTTO_AI_NAME: 'a:b' }, 'SOTTO_AI_NAME in .env "a:b" is no account name (: is not allowed in a name)'],
    [
      { SOTTO_AI_PROMPT: 'x'.repeat(4_001) },
      '"xxxxxxxxxxxxxxxxxxxx..." is too long; use at most 4000 characters',
    ],
    [
      { SOTTO_AI_CONTEXT: '20' },
      'SOTTO_AI_CONTEXT in .env "20" is out of range; use a number from 500 to 1000000',
    ],
    [{ SOTTO_AI_ANSWER: 'long' }, '"long" is out of range'],
    [{ SOTTO_AI_PARALLEL: '0' }, '"0" is out of range'],
    [{ SOTTO_AI_QUEUE: '-1' }, '"-1" is out of range'],
    [{ SOTTO_AI_TIMEOUT: '60' }, '"60" is no time to wait; write it like 60s or 2m, at most 10m'],
    [{ SOTTO_AI_TIMEOUT: '11m' }, '"11m" is no time to wait'],
    [{ SOTTO_AI_TIMEOUT: '0s' }, '"0s" is no time to wait'],
    [
      { SOTTO_AI_LIMIT_ACCOUNT: '100' },
      '"100" is no budget; write it like 100:200K, questions and tokens a day, or off',
    ],
    [{ SOTTO_AI_LIMIT_ROOM: '0:5K' }, '"0:5K" is no budget'],
    [{ SOTTO_AI_LIMIT_TOTAL: '5:5G' }, '"5:5G" is no budget'],
  ])('I1 I3: %j is refused by thing, value and way out', (file, message) => {
    expect(() => read({ file })).toThrow(ConfigError);
    expect(() => read({ file })).toThrow(message);
  });

  test.each([
    { ...OPENAI, SOTTO_AI_KEY: 'sk hush' },
    { ...OPENAI, SOTTO_AI_KEY: 'hush\nX-Other: 1' },
    { ...OPENAI, SOTTO_AI_KEY: 'hüsh-hush' },
    { ...OPENAI, SOTTO_AI_MODEL: '' },
    { ...OPENAI, SOTTO_AI_URL: 'https://me:hush@models.example/v1' },
    { ...OPENAI, SOTTO_AI_URL: 'https://hush@models.example/v1' },
    { ...OPENAI, SOTTO_AI_URL: 'https://models.example/v1?key=hush' },
    { ...OPENAI, SOTTO_AI_URL: 'https://models.example/v1#hush' },
    { ...OPENAI, SOTTO_AI_URL: 'me:hush@models.example' },
  ])('I3 O4: %j is refused, and what may be secret is not repeated', (file) => {
    expect(() => read({ file })).toThrow(ConfigError);
    expect(() => read({ file })).not.toThrow('hush');
  });

  test('I1 O3: any text in any of them gives settings or a ConfigError', () => {
    const names = SETTING_NAMES.filter((name) => name.startsWith('ai'));
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string({ unit: 'binary' }), (name, text) => {
        try {
          read({ flags: { [name]: text }, file: OPENAI });
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          if (name === 'aiKey' && text.length > 3) expect(String(error)).not.toContain(text);
        }
      }),
    );
  }, 20_000);
});
