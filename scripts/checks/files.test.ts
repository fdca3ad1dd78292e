import { expect, test } from 'bun:test';
import { lockfileProblems } from './lockfile.ts';
import { staleProblems } from './schema.ts';
import { sizeProblems } from './sizes.ts';

const sized = (head: string, lines: number) => [{ path: 'a.ts', text: `${head}${'x\n'.repeat(lines)}` }];

test('a file of more than 400 lines must explain itself at its head', () => {
  expect(sizeProblems(sized('', 401))).toMatchObject([
    { file: 'a.ts', message: expect.stringContaining('401 lines') },
  ]);
  expect(sizeProblems(sized('// A table of registered names.\n', 401))).toHaveLength(1);
  expect(sizeProblems(sized('', 400))).toEqual([]);
  expect(sizeProblems(sized('// This long because the table is one alphabet.\n', 401))).toEqual([]);
});

test('a comment further down explains nothing', () => {
  expect(sizeProblems(sized('import a from "a";\n// lines, lines, lines\n', 401))).toHaveLength(1);
});

test('generated code that is changed, missing or left over is stale', () => {
  const committed = [
    { path: 'a_pb.js', text: 'old' },
    { path: 'gone_pb.js', text: 'x' },
    { path: 'same_pb.js', text: 'x' },
  ];
  const generated = [
    { path: 'a_pb.js', text: 'new' },
    { path: 'new_pb.js', text: 'x' },
    { path: 'same_pb.js', text: 'x' },
  ];
  const files = staleProblems(committed, generated).map(({ file }) => file);
  expect(files.toSorted()).toEqual(['proto/gen/a_pb.js', 'proto/gen/gone_pb.js', 'proto/gen/new_pb.js']);
});

const lock = (packages: object) => JSON.stringify({ packages }, null, 2);

test('a lock file that npm ci would refuse on another platform is found', () => {
  const optionalDependencies = { '@x/linux': '1.0.0', '@x/darwin': '1.0.0' };
  const packages = {
    'node_modules/x': { version: '1.0.0', optionalDependencies },
    'node_modules/@x/linux': { version: '1.0.0' },
  };
  expect(lockfileProblems(lock(packages))).toMatchObject([{ line: 7, message: '@x/darwin is missing' }]);
});

test("a registry's address in the lock file is found, a link to a workspace is not", () => {
  const packages = {
    'node_modules/x': { resolved: 'https://registry.example/x.tgz' },
    'node_modules/@sotto/model': { resolved: 'packages/model' },
  };
  expect(lockfileProblems(lock(packages)).map(({ message }) => message)).toEqual([
    "node_modules/x names a registry's address",
  ]);
});

test('our own dependencies are exact, those of others are their business', () => {
  const packages = {
    '': { devDependencies: { a: '^1.0.0' } },
    'packages/server': { dependencies: { b: '1.0.0', '@sotto/model': '*' } },
    'node_modules/b': { dependencies: { c: '^2' } },
  };
  expect(lockfileProblems(lock(packages)).map(({ message }) => message)).toEqual(['a is wanted as ^1.0.0']);
});
