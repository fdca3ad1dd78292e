/**
 * `npm run bench:web`: what the graphical client weighs on the wire, packed: the first load, OPAQUE, and what is loaded
 * when it is needed. Ends with 1 where the first load is heavier than it may be.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildClient, FIRST_LOAD_MAX_BYTES, type Sized, sizesOf } from '@sotto/web/testing';

const PARTS_SHOWN = 25;

const sizes = sizesOf(await buildClient());
const isKept = sizes.firstLoadBytes <= FIRST_LOAD_MAX_BYTES && !sizes.isOpaqueEager;
console.log(
  [
    '| gzip | kB |',
    '|---|---|',
    row({ name: 'first load', bytes: sizes.firstLoadBytes }),
    row({ name: 'OPAQUE, when signing in', bytes: sizes.opaqueBytes }),
    ...sizes.lazy.map(({ name, bytes }) => row({ name: `later: ${name}`, bytes })),
    '',
    '| in the first load, before packing | kB |',
    '|---|---|',
    ...sizes.parts.slice(0, PARTS_SHOWN).map(row),
    '',
    `at most ${kilobytes(FIRST_LOAD_MAX_BYTES)} kB: ${isKept ? 'kept' : 'MISSED'}`,
  ].join('\n'),
);
await mkdir(join(import.meta.dir, 'out'), { recursive: true });
await Bun.write(join(import.meta.dir, 'out', 'web.json'), `${JSON.stringify(sizes, null, 2)}\n`);
process.exit(isKept ? 0 : 1);

function row({ name, bytes }: Sized): string {
  return `| ${name} | ${kilobytes(bytes)} |`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
