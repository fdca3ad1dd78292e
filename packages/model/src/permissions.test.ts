import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { mayInRoom, type RoomAction, type RoomKind, type Standing } from './permissions.ts';

const SPEC = join(import.meta.dir, '../../../docs/spec/rooms.md');
const STANDINGS: readonly Standing[] = ['owner', 'member', 'none'];
const ALLOWED: Record<string, readonly Standing[]> = {
  anyone: STANDINGS,
  members: ['owner', 'member'],
  nobody: [],
};

test('[PERMISSION-1] the table in code is the table in the specification, cell by cell', async () => {
  const rows = [...(await Bun.file(SPEC).text()).matchAll(/^\|(.+)\|$/gm)].map(([, row = '']) =>
    row.split('|').map((cell) => cell.trim()),
  );
  const [[, ...kinds] = [], , ...actions] = rows;
  expect(kinds).toEqual(['lobby', 'public', 'private', 'direct']);
  expect(actions).toHaveLength(7);
  for (const [action = '', ...cells] of actions) {
    for (const [index, cell] of cells.entries()) {
      for (const standing of STANDINGS) {
        const allowed = mayInRoom(kinds[index] as RoomKind, standing, action as RoomAction);
        expect([action, kinds[index], standing, allowed]).toEqual([
          action,
          kinds[index],
          standing,
          ALLOWED[cell]?.includes(standing),
        ]);
      }
    }
  }
});
