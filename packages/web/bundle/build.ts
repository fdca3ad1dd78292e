/** Makes the client's files of its sources. It costs 130 MB of memory for good, so servers have a child do it: `child.ts`. */
import { dirname, join, parse } from 'node:path';
import { descriptorsPlugin } from './descriptors.ts';
import { reachable, shortName } from './metafile.ts';
import { page } from './page.ts';
import type { SiteFile } from './site.ts';
import { buildWorker } from './worker.ts';

const PROGRAM = join(import.meta.dir, '../src/main.tsx');
/** Served as they are, under their own names. */
const PUBLIC = join(import.meta.dir, '../public');
export const ASSETS = '/assets/';
const ICON = '/icon.svg';
const WORKER = '/sw.js';
const HTML = 'text/html;charset=utf-8';
const JAVASCRIPT = 'text/javascript;charset=utf-8';
/** Done once for all: 4 % less than zlib at its best, in the same format. */
const PACKING = { library: 'libdeflate', level: 12 } as const;
const NAMING = '[name]-[hash].[ext]';

export interface Build {
  readonly files: ReadonlyMap<string, SiteFile>;
  readonly metafile: Bun.BuildMetafile;
  /** Names, as in the metafile, of the program and of all that it imports statically, itself first. */
  readonly firstLoad: readonly string[];
  /** Name of its style sheet: that of lazy parts is in it too. */
  readonly style: string | undefined;
}

/** Rejects with AggregateError that names what is wrong in which file. Tests build other programs of the same parts. */
export async function buildClient(program: string = PROGRAM): Promise<Build> {
  const { outputs, metafile } = await bundle(program);
  if (metafile === undefined) throw new Error('the bundler did not say what it made');
  const entry = outputs.find(({ kind }) => kind === 'entry-point')?.path;
  if (entry === undefined) throw new Error('the bundler made no program');
  const firstLoad = reachable(metafile, shortName(entry));
  const style = outputs
    .map(({ path }) => shortName(path))
    .find((name) => name.startsWith(`${parse(program).name}-`) && name.endsWith('.css'));
  const html = page({ scripts: firstLoad.map(inAssets), style: style && inAssets(style) });
  const files = new Map([['/', siteFile(new TextEncoder().encode(html), HTML, false)]]);
  for (const output of outputs)
    files.set(ASSETS + shortName(output.path), siteFile(await bytesOf(output), output.type, true));
  for (const name of new Bun.Glob('*').scanSync({ cwd: PUBLIC })) {
    const file = Bun.file(join(PUBLIC, name));
    files.set(`/${name}`, siteFile(await bytesOf(file), file.type, false));
  }
  const atOnce = ['/', ICON, ...[...firstLoad, ...(style === undefined ? [] : [style])].map(inAssets)];
  // The style sheets of parts are in the first one.
  const parts = [...files.keys()].filter(
    (path) => path.startsWith(ASSETS) && !path.endsWith('.css') && !atOnce.includes(path),
  );
  const worker = await buildWorker({ atOnce, parts }, keyOf(files, atOnce));
  files.set(WORKER, siteFile(worker, JAVASCRIPT, false));
  return { files, metafile, firstLoad, style };
}

function bundle(program: string): Promise<Bun.BuildOutput> {
  return Bun.build({
    entrypoints: [program],
    root: dirname(program),
    target: 'browser',
    minify: true,
    splitting: true,
    sourcemap: 'none',
    metafile: true,
    publicPath: ASSETS,
    naming: { entry: NAMING, chunk: NAMING, asset: NAMING },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [descriptorsPlugin],
  });
}

const inAssets = (name: string) => ASSETS + name;

/** Changes with any of these files. */
function keyOf(files: ReadonlyMap<string, SiteFile>, paths: readonly string[]): string {
  const digests = paths.map((path) => files.get(path)?.digest ?? '');
  return new Bun.CryptoHasher('sha256').update(digests.join()).digest('hex').slice(0, 16);
}

export function siteFile(body: Uint8Array<ArrayBuffer>, type: string, immutable: boolean): SiteFile {
  const packed = Bun.gzipSync(body, PACKING);
  return {
    type,
    body,
    gzip: packed.length < body.length ? packed : undefined,
    digest: digestOf(body),
    immutable,
  };
}

export const digestOf = (body: Uint8Array<ArrayBuffer>): string =>
  new Bun.CryptoHasher('sha256').update(body).digest('base64url');

const bytesOf = async (blob: Blob): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await blob.arrayBuffer());
