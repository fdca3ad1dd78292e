import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Choices, choicesIn } from './choices.ts';
import { marked } from './page.ts';

test('[RELAY-10] C1: what is chosen is there at the next launch, in a file of this user', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-choices-'));
  const choices = new Choices(directory);
  expect(await choices.load()).toBe('');
  await choices.save('sotto.theme=dark sotto.room=3');
  expect(await new Choices(directory).load()).toBe('sotto.theme=dark sotto.room=3');
  expect((statSync(join(directory, 'choices')).mode & 0o777).toString(8)).toBe('600');
  rmSync(directory, { recursive: true });
});

test('[RELAY-10] T7: nothing but short words of one shape, and few of them, goes into a page', () => {
  expect(choicesIn('sotto.theme=dark "><script> sotto.x="y other.y=1 sotto.Z=1 sotto.a=')).toBe(
    'sotto.theme=dark',
  );
  expect(choicesIn(`sotto.a=${'x'.repeat(65)}`)).toBe('');
  expect(choicesIn('sotto.a=1 '.repeat(40)).split(' ')).toHaveLength(16);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(choicesIn(`sotto.a=1 ${text}`)).toMatch(/^[A-Za-z0-9.=:_ -]*$/);
    }),
  );
});

test('[RELAY-10] C1: the page has them in its head, and is known by them', async () => {
  const page = {
    type: 'text/html',
    body: new TextEncoder().encode('<html><head></head></html>'),
    gzip: undefined,
    digest: 'd',
    immutable: false,
  };
  const open = marked(async () => ({ files: new Map([['/', page]]) }), 'sotto.theme=dark');
  const { files } = await open({ cache: '', signal: new AbortController().signal });
  const html = new TextDecoder().decode(files.get('/')?.body);
  expect(html).toContain('<head>\n<meta name="sotto-relay" content="1">');
  expect(html).toContain('<meta name="sotto-choices" content="sotto.theme=dark">');
  expect(files.get('/')?.digest).not.toBe('d');
});
