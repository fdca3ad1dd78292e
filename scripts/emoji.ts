/**
 * Cuts the data of the emoji picker from emojibase-data (MIT, 49 MB, so not a dependency) to what the picker needs:
 *
 *     npm pack emojibase-data@17.0.0 && tar xf emojibase-data-17.0.0.tgz
 *     node scripts/run.mjs scripts/emoji.ts package
 */
import { join } from 'node:path';
import { readEmoji } from '../packages/model/src/emoji.ts';

interface Listed {
  unicode: string;
  hexcode: string;
  label: string;
  group?: number;
  order?: number;
  tags?: string[];
}

const TARGET = join(import.meta.dir, '../packages/web/src/emoji/data.txt');
/** Parts of other emoji. */
const COMPONENTS = 2;

const [folder = ''] = process.argv.slice(2);
const read = async <T>(name: string): Promise<T> => Bun.file(join(folder, 'en', name)).json();
const listed = await read<Listed[]>('compact.json');
const codes = await read<Record<string, string | string[]>>('shortcodes/github.json');

const lines = listed
  .filter(({ group, order }) => group !== undefined && group !== COMPONENTS && order !== undefined)
  .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
  .map(({ unicode, hexcode, label, group = 0, tags = [] }) => {
    const names = [codes[hexcode] ?? []].flat();
    const others = tags.map((tag) => tag.replace(/\s+/g, '_')).filter((tag) => !label.includes(tag));
    return [
      readEmoji(unicode) ?? unicode,
      group > COMPONENTS ? group - 1 : group,
      label,
      names.join(' '),
      others.join(' '),
    ].join('\t');
  });
await Bun.write(TARGET, `${lines.join('\n')}\n`);
console.log(`${lines.length} emoji`);
