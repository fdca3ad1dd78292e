import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { SLASH_COMMANDS, slashUsage } from '@sotto/terminal';
import { loadCommands } from './commands/index.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { commandHelp } from './help.ts';

const documentation = () => Bun.file(join(import.meta.dir, '../../../docs/commands.md')).text();

describe('help (O2)', () => {
  test('O2: every option of every command is explained, in lines that fit a terminal', async () => {
    for (const command of await loadCommands()) {
      const lines = commandHelp(command);
      expect(lines[0]).toMatch(/^[A-Z].*\.$/);
      for (const name of Object.keys(command.options)) expect(lines.join('\n')).toContain(`--${name}`);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
    }
  });

  test('O2: every command and option is in docs/commands.md or, for settings, in .env.sample', async () => {
    const sample = await Bun.file(join(import.meta.dir, '../../../.env.sample')).text();
    const text = await documentation();
    for (const { name, options } of await loadCommands()) {
      expect(text).toContain(`\`${name}`);
      for (const option of Object.keys(options)) {
        const variable = `SOTTO_${option.toUpperCase().replaceAll('-', '_')}=`;
        expect(text.includes(`--${option}`) || sample.includes(variable)).toBe(true);
      }
    }
  });

  test('C3 O2: docs/commands.md lists the commands of chat as they are, in the order of /help', async () => {
    const listed = [...(await documentation()).matchAll(/^\| `(\/.+)` \| (.+) \|$/gm)].map(
      ([, usage, summary]) => [usage?.replaceAll('\\|', '|'), summary],
    );
    const table = [...SLASH_COMMANDS].map(([name, slash]) => [slashUsage(name, slash), slash.summary]);
    expect(listed).toEqual(table);
  });

  test('O2: docs/commands.md lists the exit codes as they are', async () => {
    const listed = [...(await documentation()).matchAll(/^\| (\d+) \| (.+) \|$/gm)].map((row) =>
      row.slice(1),
    );
    const table = Object.values(EXIT_CODES).map(({ code, meaning }) => [`${code}`, meaning]);
    expect(listed).toEqual(table);
  });
});
