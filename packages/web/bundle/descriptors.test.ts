import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { plainDescriptors } from './descriptors.ts';

const GENERATED = join(import.meta.dir, '../../../proto/gen/sotto/v1');

test('C1: descriptors that were made texts come to the same bytes', async () => {
  const names = [...new Bun.Glob('*_pb.js').scanSync({ cwd: GENERATED })];
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const source = await Bun.file(join(GENERATED, name)).text();
    const base64 = /fileDesc\("([^"]+)"/.exec(source)?.[1];
    const expression = /fileDesc\((btoa\("(?:[^"\\]|\\.)*"\))/.exec(plainDescriptors(source))?.[1] ?? '';
    const literal = expression.slice('btoa('.length, -1);
    const again = btoa(JSON.parse(literal) as string).replace(/=+$/, '');
    expect([name, again]).toEqual([name, base64 ?? '']);
  }
});
