/** What the client weighs on the wire, packed, with what makes it heavy. kB are 1,000 bytes. */
import { ASSETS, type Build } from './build.ts';
import { outputsWith, shortName } from './metafile.ts';

/** What the first load may weigh without OPAQUE, which signing in loads (C1). */
export const FIRST_LOAD_MAX_BYTES = 250_000;

const OPAQUE = '@serenity-kit/opaque';

export interface Sizes {
  /** The page, its style sheet, its icon, the program and all that it imports statically. */
  readonly firstLoadBytes: number;
  readonly opaqueBytes: number;
  /** True where the password's library is part of the first load after all. */
  readonly isOpaqueEager: boolean;
  readonly lazy: readonly Sized[];
  /** Of the programs of the first load, before packing, by library or folder of ours, the heaviest first. */
  readonly parts: readonly Sized[];
}

export interface Sized {
  readonly name: string;
  readonly bytes: number;
}

export function sizesOf(build: Build): Sizes {
  const { firstLoad, style, metafile } = build;
  const withOpaque = outputsWith(metafile, OPAQUE);
  const eager = [...firstLoad, ...(style === undefined ? [] : [style])];
  const scripts = Object.keys(metafile.outputs).map(shortName).filter(isScript);
  const lazy = scripts.filter((name) => !eager.includes(name));
  const atOnce = ['/', '/icon.svg', ...eager.map((name) => ASSETS + name)];
  return {
    firstLoadBytes: sum(atOnce.map((path) => packedBytes(build, path))),
    opaqueBytes: sum(withOpaque.map((name) => packedBytes(build, ASSETS + name))),
    isOpaqueEager: withOpaque.some((name) => firstLoad.includes(name)),
    lazy: heaviest(lazy.map((name) => ({ name, bytes: packedBytes(build, ASSETS + name) }))),
    parts: partsOf(build),
  };
}

function partsOf({ firstLoad, metafile }: Build): Sized[] {
  const parts = new Map<string, number>();
  for (const [path, { inputs }] of Object.entries(metafile.outputs)) {
    if (!firstLoad.includes(shortName(path))) continue;
    for (const [source, { bytesInOutput }] of Object.entries(inputs)) {
      const part = partOf(source);
      parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
    }
  }
  return heaviest([...parts].map(([name, bytes]) => ({ name, bytes })));
}

/** `node_modules/@a/b/c.js` -> `@a/b`; `packages/web/src/ui/x.tsx` -> `packages/web/src/ui`. */
function partOf(source: string): string {
  const [, library] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? [];
  return library ?? source.split('/').slice(0, -1).slice(0, 4).join('/');
}

const isScript = (name: string) => name.endsWith('.js');

function packedBytes({ files }: Build, path: string): number {
  const file = files.get(path);
  return file?.gzip?.length ?? file?.body.length ?? 0;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const heaviest = (parts: readonly Sized[]) => [...parts].sort((a, b) => b.bytes - a.bytes);
