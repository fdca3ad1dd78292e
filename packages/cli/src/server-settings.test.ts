import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@sotto/server/config';
import { command as serve } from './commands/serve.ts';
import { parseArguments } from './parse-arguments.ts';
import { serverConfig } from './server-settings.ts';
import type { System } from './system.ts';

const directory = mkdtempSync(join(tmpdir(), 'sotto-settings-'));
afterAll(() => rmSync(directory, { recursive: true }));

const { stdin: input, stdout: output, stderr: errors } = process;
const { signal: leave } = new AbortController();

function read(words: readonly string[], environment: System['environment'] = {}, at = directory) {
  const system = { environment, directory: at, input, output, errors, leave, interrupt: () => {} };
  return serverConfig(parseArguments(serve, words), system);
}

describe('settings of the command (O3)', () => {
  test('O3: flag before environment before .env before default', () => {
    writeFileSync(
      join(directory, '.env'),
      'SOTTO_TLS_PORT=3\nSOTTO_WEB_PORT=4\nSOTTO_LOG_LEVEL=warn\nOTHER=x\n',
    );
    const config = read(['--tls-port', '1'], { SOTTO_TLS_PORT: '2', SOTTO_WEB_PORT: '2' });
    expect(config.ports).toEqual({ udp: 20001, quic: 4433, tls: 1, websocket: 2 });
    expect(config.log.level).toBe('warn');
    expect(config.registration).toBe('open');
    expect(read(['--demo']).demo).toBe(true);
  });

  test('O3: relative paths start in the current directory, which needs no .env', () => {
    const plain = join(directory, 'plain');
    mkdirSync(plain);
    expect(read([], {}, plain).dataDirectory).toBe(join(plain, 'data'));
  });

  test('O3: a .env that cannot be read is an error, not a silence', () => {
    const odd = join(directory, 'odd');
    mkdirSync(join(odd, '.env'), { recursive: true });
    expect(() => read([], {}, odd)).toThrow(ConfigError);
  });
});
