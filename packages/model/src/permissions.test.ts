import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  higher,
  judge,
  mayGrant,
  mayInRoom,
  outranks,
  ROOM_ACTIONS,
  ROOM_KINDS,
  ROOM_ROLES,
  type RoomAction,
  type RoomKind,
  type RoomRole,
  type Standing,
  standingOf,
} from './permissions.ts';

const SPEC = await Bun.file(join(import.meta.dir, '../../../docs/spec/rooms.md')).text();
const STANDINGS: readonly Standing[] = ['none', ...ROOM_ROLES];
/** How the specification names the least standing. */
const LEAST: Readonly<Record<string, Standing | undefined>> = {
  anyone: 'none',
  guests: 'guest',
  members: 'member',
  moderators: 'moderator',
  admins: 'admin',
  owners: 'owner',
  nobody: undefined,
};

/** Other rules of the page may have tables of their own. */
const TABLE = SPEC.slice(SPEC.indexOf('| action |')).split('\n\n', 1)[0] ?? '';
const rows = [...TABLE.matchAll(/^\|(.+)\|$/gm)].map(([, row = '']) =>
  row.split('|').map((cell) => cell.trim()),
);
const [[, ...kinds] = [], , ...actions] = rows;
const cells = actions.flatMap(([action = '', ...row]) =>
  row.map((cell, column) => ({ action: action as RoomAction, kind: kinds[column] as RoomKind, cell })),
);

/** In words of its own: by position in the list of standings. */
const allows = (cell: string, standing: Standing): boolean => {
  const least = LEAST[cell];
  return least !== undefined && STANDINGS.indexOf(standing) >= STANDINGS.indexOf(least);
};

describe('[PERMISSION-1] M10: the table in code is the table in the specification', () => {
  test('with the same actions and kinds of rooms', () => {
    expect(actions.map(([action]) => action as RoomAction)).toEqual([...ROOM_ACTIONS]);
    expect(kinds).toEqual([...ROOM_KINDS]);
    expect(cells).toHaveLength(27 * 5);
    expect(cells.filter(({ cell }) => !(cell in LEAST))).toEqual([]);
  });

  test.each(STANDINGS)('every cell for one who stands as %s, whether the answer is yes or no', (standing) => {
    const inCode = cells.map(({ kind, action }) => [kind, action, mayInRoom(kind, standing, action)]);
    const inSpec = cells.map(({ kind, action, cell }) => [kind, action, allows(cell, standing)]);
    expect(inCode).toEqual(inSpec);
  });

  test('and nobody may less in a room by being more there', () => {
    for (const { kind, action } of cells) {
      const answers = STANDINGS.map((standing) => mayInRoom(kind, standing, action));
      expect([kind, action, answers]).toEqual([kind, action, answers.toSorted()]);
    }
  });
});

describe('[PERMISSION-1] M10: archived and muted', () => {
  const listed = (pattern: RegExp): readonly string[] =>
    (pattern.exec(SPEC)?.[1] ?? '').split(/,\s+|\s+(?:and|or)\s+/);
  const left = listed(/In an archived room only ([\s\S]+?) are left\./);
  const silenced = listed(/Whoever is muted may not ([\s\S]+?)\./);

  test('what is left in the archive, and what a mute takes, are what the specification says', () => {
    expect(left).toHaveLength(12);
    expect(silenced).toHaveLength(6);
    for (const { kind, action } of cells) {
      for (const standing of STANDINGS) {
        for (const archived of [false, true]) {
          for (const muted of [false, true]) {
            const verdict = judge({ kind, standing, archived, muted }, action);
            const told = [kind, action, standing, archived, muted];
            expect([...told, verdict]).toEqual([...told, expected(kind, standing, action, archived, muted)]);
          }
        }
      }
    }
  });

  function expected(
    kind: RoomKind,
    standing: Standing,
    action: RoomAction,
    archived: boolean,
    muted: boolean,
  ) {
    const cellOf = (wanted: RoomAction) =>
      cells.find((each) => each.kind === kind && each.action === wanted)?.cell ?? '';
    if (!allows(cellOf('see'), standing)) return 'hidden';
    if (!allows(cellOf(action), standing)) return 'denied';
    if (archived && !left.includes(action)) return 'archived';
    return muted && silenced.includes(action) ? 'muted' : 'allowed';
  }
});

describe('[PERMISSION-2] M10: nobody acts on those who are not below', () => {
  test('each pair of standings', () => {
    for (const [rank, actor] of STANDINGS.entries()) {
      for (const [other, target] of STANDINGS.entries()) {
        expect([actor, target, outranks(actor, target)]).toEqual([actor, target, rank > other]);
        expect([actor, target, higher(actor, target)]).toEqual([
          actor,
          target,
          rank > other ? actor : target,
        ]);
      }
    }
  });

  test.each<[Standing, RoomRole, RoomRole, boolean]>([
    ['admin', 'member', 'moderator', true],
    ['admin', 'moderator', 'guest', true],
    ['admin', 'member', 'admin', false],
    ['admin', 'member', 'owner', false],
    ['admin', 'admin', 'member', false],
    ['admin', 'owner', 'member', false],
    ['owner', 'admin', 'member', true],
    ['owner', 'member', 'admin', true],
    ['owner', 'member', 'owner', true],
    ['owner', 'owner', 'member', false],
    ['owner', 'owner', 'owner', false],
    ['moderator', 'member', 'moderator', false],
    ['none', 'guest', 'member', false],
  ])('one who is %s makes a %s a %s: %p', (actor, from, to, may) =>
    expect(mayGrant(actor, from, to)).toBe(may),
  );
});

describe('[PERMISSION-3] M10: what somebody is in a room', () => {
  const user = { owner: false, administrator: false };
  const administrator = { owner: false, administrator: true };
  const owner = { owner: true, administrator: true };

  test('everyone is a member of the lobby', () => {
    expect(standingOf('lobby', undefined, user)).toBe('member');
    expect(standingOf('lobby', undefined, administrator)).toBe('admin');
    expect(standingOf('lobby', undefined, owner)).toBe('owner');
  });

  test.each(['public', 'announcement'] as const)(
    'in %s rooms the server gives standing to members',
    (kind) => {
      for (const role of ROOM_ROLES) {
        expect(standingOf(kind, role, user)).toBe(role);
        expect(standingOf(kind, role, administrator)).toBe(role === 'owner' ? 'owner' : 'admin');
        expect(standingOf(kind, role, owner)).toBe('owner');
      }
      for (const who of [user, administrator, owner]) expect(standingOf(kind, undefined, who)).toBe('none');
    },
  );

  test.each(['private', 'direct'] as const)('in %s rooms it gives none', (kind) => {
    for (const who of [user, administrator, owner]) {
      for (const role of ROOM_ROLES) expect(standingOf(kind, role, who)).toBe(role);
      expect(standingOf(kind, undefined, who)).toBe('none');
    }
  });
});
