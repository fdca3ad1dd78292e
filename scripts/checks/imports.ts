import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { browserProblems } from './browser-reach.ts';
import { type Check, type Problem, readFiles } from './check.ts';
import {
  COMPOSITION_ROOT,
  DOMAIN_FOLDERS,
  MAY_IMPORT,
  ONLY_FOR,
  OUTER_FOLDERS,
  PURE_LIBRARIES,
  PURE_PACKAGES,
} from './directions.ts';
import { type Import, scanImports } from './import-scan.ts';
import { isTest, type SourceFile } from './source.ts';

/** Names of the packages that each of our packages declares in its package.json, by folder; '' is the repository's own. */
export type Declared = ReadonlyMap<string, ReadonlySet<string>>;

type Finding = { readonly message: string; readonly remedy: string };

export const importsCheck: Check = {
  name: 'imports',
  async run(root) {
    const files = await readFiles(root, '{packages,proto,tests,bench,examples}/**/*.{ts,tsx}');
    const manifests = await readFiles(root, 'package.json', 'packages/*/package.json');
    const problems = [
      ...directionProblems(files, declaredIn(manifests)),
      ...browserProblems(files, manifests),
    ];
    return { summary: `${files.length} files`, problems };
  },
};

export function directionProblems(files: readonly SourceFile[], declared: Declared): Problem[] {
  return files.flatMap((file) =>
    scanImports(file).flatMap((imported) => {
      const finding = judge(file.path, imported, declared);
      return finding === undefined ? [] : [{ file: file.path, line: imported.line, ...finding }];
    }),
  );
}

function judge(path: string, { specifier }: Import, declared: Declared): Finding | undefined {
  const owner = packageOf(path);
  if (specifier.startsWith('.'))
    return judgeRelative(path, posix.join(posix.dirname(path), specifier), owner);
  if (specifier.startsWith('@sotto/')) return judgeOwn(path, specifier.split('/')[1] ?? '', owner);
  return owner === undefined ? undefined : judgeForeign(path, specifier, owner, declared);
}

function judgeRelative(path: string, target: string, owner: string | undefined): Finding | undefined {
  if (owner !== packageOf(target)) {
    return {
      message: `reaches into ${target} by a relative path`,
      remedy: 'import the package by its name, @sotto/<package>, and what it exports',
    };
  }
  return owner === 'server' && !isTest(path) ? judgeWithinServer(path, target) : undefined;
}

function judgeWithinServer(path: string, target: string): Finding | undefined {
  const from = pathInSource(path);
  const to = folderInSource(target);
  const within = DOMAIN_FOLDERS.indexOf(folderInSource(path));
  if (within >= 0 && DOMAIN_FOLDERS.indexOf(to) > within) {
    return {
      message: `${from} imports ${to}/, which builds on it`,
      remedy: `the order is ${DOMAIN_FOLDERS.join(', ')}: move what both need to the earlier one, or have it handed in`,
    };
  }
  const isAllowed =
    !OUTER_FOLDERS.includes(to) || to === folderInSource(path) || COMPOSITION_ROOT.includes(from);
  if (isAllowed) return undefined;
  return {
    message: `${from} imports ${to}/, which implements or exposes what the domain defines`,
    remedy: `define the interface that is needed in the domain folder; ${COMPOSITION_ROOT.join(' and ')} hand the implementation in`,
  };
}

function judgeOwn(path: string, target: string, owner: string | undefined): Finding | undefined {
  if (path.startsWith('examples/')) {
    return target === 'client'
      ? undefined
      : { message: `an example imports ${target}`, remedy: 'examples show @sotto/client alone' };
  }
  if (owner === undefined || MAY_IMPORT[owner]?.includes(target) || (isTest(path) && owner === target))
    return undefined;
  return {
    message: `${owner} imports ${target}`,
    remedy: `${owner} may import ${list(MAY_IMPORT[owner] ?? [])} (ARCHITECTURE.md); define an interface here and have it handed in`,
  };
}

function judgeForeign(
  path: string,
  specifier: string,
  owner: string,
  declared: Declared,
): Finding | undefined {
  if (isTest(path) && (isRuntimeModule(specifier) || declared.get('')?.has(libraryOf(specifier))))
    return undefined;
  const folder = ONLY_FOR[libraryOf(specifier)];
  if (folder !== undefined && !path.startsWith(folder)) {
    return {
      message: `${specifier} is imported outside ${folder}`,
      remedy: `import the part of ${folder} that wraps it, or write one there`,
    };
  }
  if (PURE_PACKAGES.includes(owner) && !PURE_LIBRARIES.includes(libraryOf(specifier))) {
    return {
      message: `${owner} is pure but imports ${specifier}`,
      remedy: 'take what it gives as an argument, from a caller that may have it',
    };
  }
  if (owner === 'client' && /^bun(:|$)/.test(specifier)) {
    return {
      message: `client imports ${specifier}`,
      remedy: 'the SDK also runs on Node.js and in browsers: use a node: module behind an interface',
    };
  }
  if (isRuntimeModule(specifier) || declared.get(owner)?.has(libraryOf(specifier))) return undefined;
  return {
    message: `${specifier} is not a dependency of ${owner}`,
    remedy: `add it to the dependencies in packages/${owner}/package.json, or do without`,
  };
}

export function declaredIn(manifests: readonly SourceFile[]): Declared {
  return new Map(
    manifests.map(({ path, text }) => {
      const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
      const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
        Object.keys(manifest[kind] ?? {}),
      );
      return [packageOf(path) ?? '', new Set(names)];
    }),
  );
}

/** packages/<name>/... -> <name>; undefined for tests/, bench/ and whatever else stands above the packages. */
export function packageOf(path: string): string | undefined {
  const [top, name] = path.split('/');
  if (top === 'proto') return 'schema';
  return top === 'packages' ? name : undefined;
}

const pathInSource = (path: string) => path.split('/').slice(3).join('/');
const folderInSource = (path: string) => path.split('/')[3] ?? '';
const isRuntimeModule = (specifier: string) => /^bun(:|$)/.test(specifier) || isBuiltin(specifier);
const libraryOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const list = (names: readonly string[]) => names.join(', ') || 'none of our packages';
