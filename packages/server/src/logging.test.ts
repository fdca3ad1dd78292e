import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config.ts';
import { openLog } from './logging.ts';

const directory = mkdtempSync(join(tmpdir(), 'sotto-log-'));
afterAll(() => rmSync(directory, { recursive: true }));

function console() {
  const lines: string[] = [];
  return { lines, write: (line: string) => lines.push(line), parsed: () => lines.map((l) => JSON.parse(l)) };
}

describe('logs (O4)', () => {
  test('O4: one JSON object a line, to the console and to the file alike', async () => {
    const sink = console();
    const file = join(directory, 'new', 'sotto.log');
    const opened = openLog({ level: 'info', file }, sink);
    opened.log.child({ transport: 'tls' }).info({ user: 3 }, 'session started');
    await opened.close();
    expect(sink.parsed()).toMatchObject([
      { level: 'info', transport: 'tls', user: 3, message: 'session started' },
    ]);
    expect(readFileSync(file, 'utf8')).toBe(sink.lines.join(''));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('O4: levels below the configured one are left out', async () => {
    const sink = console();
    const opened = openLog({ level: 'warn', file: undefined }, sink);
    opened.log.info({}, 'quiet');
    opened.log.warn({}, 'loud');
    await opened.close();
    expect(sink.parsed().map((entry) => entry.message)).toEqual(['loud']);
  });

  test('O4: fields that hold secrets or message bodies by their name are blanked', () => {
    const sink = console();
    const { log } = openLog({ level: 'debug', file: undefined }, sink);
    const cause = Object.assign(new Error('refused'), { token: 'hunter2' });
    log.error({ password: 'hunter2', token: 'hunter2', text: 'hunter2', err: cause }, 'failed');
    expect(sink.lines.join('')).not.toContain('hunter2');
    expect(sink.parsed()[0]).toMatchObject({ password: '[removed]', err: { message: 'refused' } });
  });

  test('O4: text from outside cannot start a new line or carry an escape sequence', () => {
    const sink = console();
    openLog({ level: 'info', file: undefined }, sink).log.info(
      { agent: 'a\n{"level":"fake"}\u001b[2J' },
      'hello',
    );
    expect(sink.lines.join('').split('\n')).toHaveLength(2);
    expect(sink.lines.join('')).not.toContain('\u001b');
  });

  test('O3: a log file that cannot be written is named with the flag', () => {
    const blocker = join(directory, 'plain');
    writeFileSync(blocker, '');
    const open = () => openLog({ level: 'info', file: join(blocker, 'x.log') });
    expect(open).toThrow(ConfigError);
    expect(open).toThrow('--log-file');
  });
});
