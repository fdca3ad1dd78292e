import { describe, expect, test } from 'bun:test';
import { browserProblems } from './browser-reach.ts';
import { scanImports } from './import-scan.ts';
import { directionProblems } from './imports.ts';

const declared = new Map([
  ['', new Set(['fast-check'])],
  ['model', new Set(['@bufbuild/protobuf', 'kysely'])],
  ['server', new Set(['kysely'])],
]);

const problems = (path: string, text: string) =>
  directionProblems([{ path, text }], declared).map(({ message }) => message);

describe('finding imports', () => {
  const specifiers = (text: string) => scanImports({ path: 'a.ts', text }).map(({ specifier }) => specifier);

  test.each([
    ["import a from 'x';"],
    ["import { a, type B } from 'x';"],
    ["import {\n  a,\n} from 'x';"],
    ["import * as a from 'x';"],
    ["import 'x';"],
    ["import type { A } from 'x';"],
    ["import type A from 'x';"],
    ["export * from 'x';"],
    ["export type { A } from 'x';"],
    ["const a = await import('x');"],
    ["type A = import('x').A;"],
    ["require('x')"],
    ["new Worker(new URL('x', import.meta.url))"],
  ])('%s', (text) => {
    expect(specifiers(text)).toEqual(['x']);
  });

  test('not in comments, strings or names', () => {
    expect(
      specifiers(`// import a from 'x';\nconst s = "import a from 'x'"; important('x'); a.from('x');`),
    ).toEqual([]);
  });

  test('type-only imports are marked, so that a browser build may have them', () => {
    const text = "import type { A } from 'a';\nimport { type B } from 'b';\nimport type from 'c';";
    expect(scanImports({ path: 'a.ts', text }).map(({ erased }) => erased)).toEqual([true, false, false]);
  });
});

describe('directions between packages', () => {
  test('an arrow the wrong way is found, with its place', () => {
    const text = "\nimport type { Server } from '@sotto/server';\n";
    expect(directionProblems([{ path: 'packages/client/src/a.ts', text }], declared)).toMatchObject([
      { file: 'packages/client/src/a.ts', line: 2, message: 'client imports server' },
    ]);
  });

  test.each([
    ['packages/model/src/a.ts', '@sotto/protocol'],
    ['packages/transport/src/a.ts', '@sotto/model'],
    ['packages/terminal/src/a.ts', '@sotto/transport/tls'],
    ['packages/server/src/a.ts', '@sotto/client'],
    ['packages/newcomer/src/a.ts', '@sotto/model'],
    ['packages/client/src/a.test.ts', '@sotto/server'],
    ['packages/server/src/a.ts', '../../model/src/names.ts'],
    ['tests/scenarios/a.test.ts', '../../packages/model/src/names.ts'],
    ['examples/bot.ts', '@sotto/protocol'],
  ])('%s may not import %s', (path, specifier) => {
    expect(problems(path, `import { a } from '${specifier}';`)).toHaveLength(1);
  });

  test.each([
    ['packages/protocol/src/a.ts', '@sotto/model'],
    ['packages/client/src/a.ts', '@sotto/transport/websocket'],
    ['packages/cli/src/a.ts', '@sotto/server'],
    ['packages/transport/src/tls/a.test.ts', '@sotto/transport/testing'],
    ['tests/scenarios/a.test.ts', '@sotto/server'],
    ['examples/bot.ts', '@sotto/client'],
  ])('%s may import %s', (path, specifier) => {
    expect(problems(path, `import { a } from '${specifier}';`)).toEqual([]);
  });
});

describe('libraries and runtimes', () => {
  test.each([['node:crypto'], ['bun'], ['bun:sqlite'], ['fs'], ['kysely']])(
    'pure packages do without %s',
    (specifier) => {
      expect(problems('packages/model/src/a.ts', `import { a } from '${specifier}';`)).toEqual([
        `model is pure but imports ${specifier}`,
      ]);
    },
  );

  test('pure packages may use the reviewed pure libraries, and tests of theirs any test library', () => {
    expect(problems('packages/model/src/a.ts', "import { a } from '@bufbuild/protobuf/wire';")).toEqual([]);
    expect(
      problems('packages/model/src/a.test.ts', "import { a } from 'bun:test'; import b from 'fast-check';"),
    ).toEqual([]);
  });

  test('the SDK needs no Bun', () => {
    expect(problems('packages/client/src/a.ts', "import { file } from 'bun';")).toEqual([
      'client imports bun',
    ]);
    expect(problems('packages/client/src/a.ts', "import { open } from 'node:fs';")).toEqual([]);
  });

  test('a library must be declared by the package that imports it', () => {
    expect(problems('packages/server/src/a.ts', "import { a } from 'kysely';")).toEqual([]);
    expect(problems('packages/server/src/a.ts', "import { a } from 'pino';")).toEqual([
      'pino is not a dependency of server',
    ]);
  });
});

describe('libraries that one folder has to itself', () => {
  const dialog = "import { Dialog } from '@base-ui/react/dialog';";
  const known = new Map([['web', new Set(['@base-ui/react'])]]);
  const messages = (path: string) =>
    directionProblems([{ path, text: dialog }], known).map(({ message }) => message);

  test('the kit of components stays behind the parts that wrap it', () => {
    expect(messages('packages/web/src/ui/dialog.tsx')).toEqual([]);
    expect(messages('packages/web/src/rooms/browse.tsx')).toEqual([
      '@base-ui/react/dialog is imported outside packages/web/src/ui/',
    ]);
  });
});

describe('directions within the server', () => {
  test.each([
    ['rooms/rooms.ts', '../storage/rooms.ts'],
    ['events/log.ts', '../bus/memory.ts'],
    ['accounts/login.ts', '../gateway/connection.ts'],
    ['gateway/connection.ts', '../storage/sqlite.ts'],
    ['storage/sqlite.ts', '../bus/memory.ts'],
    ['settings.ts', './storage/sqlite.ts'],
    ['events/store.ts', '../rooms/store.ts'],
    ['rooms/rooms.ts', '../messages/store.ts'],
  ])('%s may not import %s', (path, specifier) => {
    expect(problems(`packages/server/src/${path}`, `import type { A } from '${specifier}';`)).toHaveLength(1);
  });

  test.each([
    ['main.ts', './storage/sqlite.ts'],
    ['core.ts', './gateway/connection.ts'],
    ['storage/sqlite.ts', '../events/store.ts'],
    ['storage/sqlite.ts', './schema.ts'],
    ['gateway/connection.ts', '../rooms/rooms.ts'],
    ['messages/messages.ts', '../rooms/directory.ts'],
    ['search/search.ts', '../rooms/directory.ts'],
    ['rooms/rooms.test.ts', '../storage/sqlite.ts'],
  ])('%s may import %s', (path, specifier) => {
    expect(problems(`packages/server/src/${path}`, `import { a } from '${specifier}';`)).toEqual([]);
  });
});

describe('what a browser build loads', () => {
  const manifests = [
    {
      path: 'packages/transport/package.json',
      text: '{"name":"@sotto/transport","exports":{".":"./src/contract.ts","./tls":"./src/tls.ts"}}',
    },
  ];
  const files = (browser: string) => [
    { path: 'packages/client/src/browser.ts', text: browser },
    { path: 'packages/client/src/session.ts', text: "import { a } from '@sotto/transport/tls';" },
    { path: 'packages/transport/src/contract.ts', text: 'export type Connection = object;' },
    { path: 'packages/transport/src/tls.ts', text: "import { connect } from 'node:tls';" },
  ];

  test('a native module is found through files and packages', () => {
    expect(browserProblems(files("import { a } from './session.ts';"), manifests)).toMatchObject([
      { file: 'packages/transport/src/tls.ts', message: expect.stringContaining('node:tls') },
    ]);
  });

  test('types and the contract load nothing', () => {
    const text = "import type { a } from './session.ts'; import { b } from '@sotto/transport';";
    expect(browserProblems(files(text), manifests)).toEqual([]);
  });
});
