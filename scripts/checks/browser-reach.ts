import { posix } from 'node:path';
import type { Problem } from './check.ts';
import { BROWSER_ENTRIES } from './directions.ts';
import { scanImports } from './import-scan.ts';
import type { SourceFile } from './source.ts';

type Exports = Record<string, string | Record<string, string>>;
type Resolver = (from: string, specifier: string) => string | undefined;

/**
 * What a browser build would load from its entries, followed through relative imports and through our packages'
 * `exports`: none of it may need Bun or Node.js. This is why adapters are imported by subpath.
 */
export function browserProblems(files: readonly SourceFile[], manifests: readonly SourceFile[]): Problem[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const resolve = resolver(manifests);
  const queue = BROWSER_ENTRIES.filter((entry) => byPath.has(entry)).map((path) => ({ path, trail: [path] }));
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { path, trail } of queue) {
    const file = byPath.get(path);
    if (file === undefined || seen.has(path)) continue;
    seen.add(path);
    for (const { specifier, line, erased } of scanImports(file)) {
      if (erased) continue;
      const target = resolve(path, specifier);
      if (target !== undefined) queue.push({ path: target, trail: [...trail, target] });
      else if (/^(node|bun)(:|$)/.test(specifier)) problems.push(nativeProblem(path, line, specifier, trail));
    }
  }
  return problems;
}

function nativeProblem(file: string, line: number, specifier: string, trail: readonly string[]): Problem {
  return {
    file,
    line,
    message: `a browser build would load ${specifier}, by ${trail.join(' -> ')}`,
    remedy: 'import the browser adapter by its subpath, or have the native part handed in',
  };
}

function resolver(manifests: readonly SourceFile[]): Resolver {
  const exportsOf = new Map<string, { folder: string; exports: Exports }>();
  for (const { path, text } of manifests) {
    const { name = '', exports = {} } = JSON.parse(text) as { name?: string; exports?: Exports };
    exportsOf.set(name, { folder: posix.dirname(path), exports });
  }
  return (from, specifier) => {
    if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
    const [scope, name, ...subpath] = specifier.split('/');
    const owner = exportsOf.get(`${scope}/${name}`);
    const target = owner?.exports[['.', ...subpath].join('/')];
    return owner !== undefined && typeof target === 'string' ? posix.join(owner.folder, target) : undefined;
  };
}
