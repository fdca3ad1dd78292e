import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemaCheck } from './schema.ts';

// A schema of its own, small enough to see through, generated and released, which each test then changes.
const REPOSITORY = join(import.meta.dir, '..', '..');
const SCHEMA = 'syntax = "proto3";\n\npackage sotto.v1;\n\nmessage Note {\n  string text = 1;\n}\n';
let root: string;

setDefaultTimeout(60_000); // each test starts several programs, on a machine that may be busy

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sotto-check-'));
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  for (const name of ['buf.yaml', 'buf.gen.yaml'])
    await cp(join(REPOSITORY, 'proto', name), join(root, 'proto', name));
  await write(SCHEMA);
  buf('generate');
  buf('build', '--exclude-source-info', '--output', 'baseline.binpb');
});

afterEach(() => rm(root, { recursive: true }));

const write = (schema: string) => Bun.write(join(root, 'proto/sotto/v1/note.proto'), schema);

function buf(...args: string[]) {
  const bins = `${join(process.execPath, '..')}:${join(REPOSITORY, 'node_modules/.bin')}`;
  const env = { ...process.env, PATH: `${bins}:${process.env.PATH}` };
  expect(Bun.spawnSync(['buf', ...args], { cwd: join(root, 'proto'), env }).exitCode).toBe(0);
}

test('a schema that is as released and generated passes; a new field must be generated', async () => {
  expect(await schemaCheck.run(root)).not.toHaveProperty('output');
  await write(SCHEMA.replace('= 1;', '= 1;\n  string author = 2;'));
  expect((await schemaCheck.run(root)).problems.map(({ file }) => file)).toEqual([
    'proto/gen/sotto/v1/note_pb.d.ts',
    'proto/gen/sotto/v1/note_pb.js',
  ]);
});

test('a change that released clients cannot read fails', async () => {
  await write(SCHEMA.replace('string text', 'int64 text'));
  expect((await schemaCheck.run(root)).output).toContain('changed type');
});

test('a schema against the naming rules fails', async () => {
  await write(SCHEMA.replace('text', 'Text'));
  expect((await schemaCheck.run(root)).output).toContain('lower_snake_case');
});
