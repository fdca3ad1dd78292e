// Writes `vectors/udp` anew: `node scripts/run.mjs packages/protocol/src/udp/testing/vectors/write.ts`. Only for a
// change of the protocol: a difference in these files means that other implementations no longer agree.
import { mkdirSync, writeFileSync } from 'node:fs';
import { VECTORS, VECTORS_FOLDER } from './index.ts';

mkdirSync(VECTORS_FOLDER, { recursive: true });
for (const [name, make] of Object.entries(VECTORS)) {
  const text = JSON.stringify(make(), undefined, 2).replace(
    /\[\s+([\d,\s]+?)\s+\]/g,
    (_, numbers: string) => {
      return `[${numbers.replace(/\s+/g, ' ')}]`;
    },
  );
  writeFileSync(new URL(name, VECTORS_FOLDER), `${text}\n`);
}
