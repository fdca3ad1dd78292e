import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeptUpload } from '@sotto/terminal';
import { completePath, look } from './look.ts';
import { openUploadJournal } from './upload-journal.ts';

const directory = mkdtempSync(join(tmpdir(), 'sotto-look-'));
afterAll(() => rmSync(directory, { recursive: true }));
mkdirSync(join(directory, 'home', 'photos'), { recursive: true });
writeFileSync(join(directory, 'report.pdf'), 'pdf');
writeFileSync(join(directory, 'red.txt'), '');
writeFileSync(join(directory, '.hidden'), '');
writeFileSync(join(directory, 'home', 'notes.txt'), 'notes');
const LONG = 'x'.repeat(300);
const places = { directory, home: join(directory, 'home') };

describe('paths as people type them (F1, C3)', () => {
  test('F1: relative to the current directory, absolute, or in one is home', async () => {
    const report = await look('report.pdf', places);
    expect(report).toMatchObject({
      kind: 'file',
      name: 'report.pdf',
      sizeBytes: 3,
      path: join(directory, 'report.pdf'),
    });
    expect(await look(join(directory, 'report.pdf'), { directory: '/', home: '/' })).toEqual(report);
    expect(await look('~/notes.txt', places)).toMatchObject({ kind: 'file', sizeBytes: 5 });
    expect(await look('./home/../report.pdf', places)).toEqual(report);
  });

  test.each([
    ['nothing.pdf', true, 'is not there; check the path'],
    ['report.pdf/x', true, 'is not there; check the path'],
    ['home', false, 'is a folder; send a file, or pack the folder into one'],
    ['~', false, 'is a folder; send a file, or pack the folder into one'],
    ['/dev/null', false, 'is no ordinary file'],
    [LONG, false, 'is not there; the path is too long'],
    ['a\u0000b', false, 'cannot be read'],
  ])('F1: %p is no file to send', async (path, missing, problem) => {
    expect(await look(path, places)).toEqual({ kind: 'none', missing, problem });
  });

  test('F1: the name is one that the server takes', async () => {
    const path = join(directory, 'a\u0007b\n.txt');
    writeFileSync(path, '');
    expect(await look(path, places)).toMatchObject({ name: 'a_b_.txt' });
    rmSync(path);
  });

  test('F1: Tab completes files and folders, hidden ones where their dot was typed', () => {
    symlinkSync('nowhere', join(directory, 'broken'));
    expect(completePath('re', places)).toEqual(['red.txt', 'report.pdf']);
    expect(completePath('', places)).toEqual(['broken', 'home/', 'red.txt', 'report.pdf']);
    expect(completePath('.', places)).toEqual(['.hidden']);
    expect(completePath('home/', places)).toEqual(['home/notes.txt', 'home/photos/']);
    expect(completePath('~', places)).toEqual(['~/']);
    expect(completePath('~/n', places)).toEqual(['~/notes.txt']);
    expect(completePath('nowhere/x', places)).toEqual([]);
    expect(completePath('a\u0000/', places)).toEqual([]);
  });
});

describe('uploads that are not done (F4)', () => {
  const upload = (id: string): KeptUpload => ({
    path: '/home/report.pdf',
    sizeBytes: 3,
    modifiedMs: 1.5,
    target: { kind: 'people', recipients: ['bob'] },
    strict: true,
    text: '',
    clientMessageId: id,
  });
  const path = join(directory, 'uploads.json');

  test('F4: are there again at the next start, until they are done', async () => {
    const journal = await openUploadJournal(directory);
    await Promise.all(['a', 'b', 'c'].map((id) => journal.put(upload(id))));
    await journal.drop('b');
    expect((await openUploadJournal(directory)).all).toEqual([upload('a'), upload('c')]);
    expect(Bun.file(path).size).toBeGreaterThan(0);
    await journal.drop('a');
    await journal.drop('c');
    await journal.drop('c');
    expect(await Bun.file(path).exists()).toBe(false);
  });

  test('F4: what cannot be read is as if nothing was kept', async () => {
    const { target: _, ...without } = upload('a');
    const odd = [
      null,
      1,
      {},
      without,
      { ...upload('a'), target: { kind: 'room' } },
      { ...upload('a'), sizeBytes: '3' },
    ];
    for (const text of ['', '{', '{}', 'null', JSON.stringify(odd)]) {
      writeFileSync(path, text);
      expect((await openUploadJournal(directory)).all).toEqual([]);
    }
    writeFileSync(path, JSON.stringify([...odd, upload('d')]));
    expect((await openUploadJournal(directory)).all).toEqual([upload('d')]);
  });
});
