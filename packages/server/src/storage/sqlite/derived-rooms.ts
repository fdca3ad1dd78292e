import type { RoomKind } from '@sotto/model';
import type {
  AppendResult,
  DerivedChange,
  NewAuditEntry,
  RoomChange,
  RoomSettings,
} from '../../events/store.ts';
import type { Statements } from './statements.ts';

const SQL = {
  roomByName: 'select number from rooms where name_key = ?',
  roomBySkeleton: 'select 1 from rooms where name_skeleton = ? and number <> ?',
  roomByPair: 'select number from rooms where direct_low = ? and direct_high = ?',
  rename: 'update rooms set name = ?, name_key = ?, name_skeleton = ? where number = ?',
  changeKind: 'update rooms set kind = ?, listed = ? where number = ?',
  dropEnded: 'delete from room_sanctions where room = ? and until_ms > 0 and until_ms <= ?',
  sanction: `insert into room_sanctions (room, user, kind, until_ms, by_user, at_ms, reason) values (?, ?, ?, ?, ?, ?, ?)
    on conflict (room, user, kind) do update set until_ms = excluded.until_ms, by_user = excluded.by_user,
    at_ms = excluded.at_ms, reason = excluded.reason`,
  lift: 'delete from room_sanctions where room = ? and user = ? and kind = ?',
  inviteLeft: 'select 1 from room_invites where code_hash = ? and uses_left <> 0 and expires_ms > ?',
  useInvite: 'update room_invites set uses_left = uses_left - 1 where code_hash = ? and uses_left > 0',
  dropInvites: 'delete from room_invites where room = ? and by_user = ?',
  invite: `insert into invitations (user, room, by_user, at_ms) values (?, ?, ?, ?)
    on conflict (user, room) do update set by_user = excluded.by_user, at_ms = excluded.at_ms`,
  dropInvitation: 'delete from invitations where user = ? and room = ?',
  nextAudit: "update numbers set last = last + 1 where name = 'audit' returning last",
  audit: 'insert into audit (id, at_ms, actor, target, room, action, detail) values (?, ?, ?, ?, ?, ?, ?)',
};

/** Columns of `rooms`; their names are not data. */
const SETTINGS = {
  topic: 'update rooms set topic = ? where number = ?',
  slowModeSeconds: 'update rooms set slow_mode_seconds = ? where number = ?',
  retentionDays: 'update rooms set retention_days = ? where number = ?',
  archived: 'update rooms set archived = ? where number = ?',
  history: 'update rooms set history = ? where number = ?',
  assistants: 'update rooms set assistants = ? where number = ?',
  assistantInstructions: 'update rooms set assistant_instructions = ? where number = ?',
} as const satisfies Record<keyof RoomSettings, string>;

/** Everybody sees that it is there. */
export const isListed = (kind: RoomKind): boolean =>
  kind === 'lobby' || kind === 'public' || kind === 'announcement';

type Refusal = Extract<AppendResult, { kind: 'roomExists' | 'codeInvalid' }>;

/** Asked before anything of the append is written. */
export function refuseRoomChange(
  statements: Statements,
  changes: readonly DerivedChange[],
): Refusal | undefined {
  for (const change of changes) {
    switch (change.kind) {
      case 'roomCreated':
        if (roomExists(statements, change)) return { kind: 'roomExists' };
        break;
      case 'roomChanged':
        if (roomExists(statements, { ...change, directUsers: undefined })) return { kind: 'roomExists' };
        break;
      case 'roomInviteUsed':
        if (statements.get(SQL.inviteLeft).get(change.codeHash, change.nowMs) === null)
          return { kind: 'codeInvalid' };
        break;
      default:
        break;
    }
  }
  return undefined;
}

type Named = Pick<
  Extract<DerivedChange, { kind: 'roomCreated' }>,
  'room' | 'nameSkeleton' | 'directUsers'
> & {
  nameKey?: string | undefined;
};

/** Another room has the name, one that looks like it, or the pair of users. */
function roomExists(statements: Statements, { room, nameKey, nameSkeleton, directUsers }: Named): boolean {
  if (nameKey !== undefined) {
    const named = statements.get(SQL.roomByName).get(nameKey) as { number: number } | null;
    if (named !== null && named.number !== room) return true;
  }
  if (nameSkeleton !== undefined && statements.get(SQL.roomBySkeleton).get(nameSkeleton, room) !== null)
    return true;
  return directUsers !== undefined && statements.get(SQL.roomByPair).get(...directUsers) !== null;
}

/** Inside the transaction of the append that says so. */
export function applyRoomChange(statements: Statements, change: RoomChange): void {
  switch (change.kind) {
    case 'roomChanged':
      changeRoom(statements, change);
      return;
    case 'sanctionSet': {
      const { room, user, sanction, untilMs, by, timeMs, reason } = change;
      statements.get(SQL.dropEnded).run(room, timeMs);
      statements.get(SQL.sanction).run(room, user, sanction, untilMs, by, timeMs, reason);
      return;
    }
    case 'sanctionLifted':
      statements.get(SQL.lift).run(change.room, change.user, change.sanction);
      return;
    case 'roomInviteUsed':
      statements.get(SQL.useInvite).run(change.codeHash);
      return;
    case 'roomInvitesDropped':
      statements.get(SQL.dropInvites).run(change.room, change.by);
      return;
    case 'invitationSet':
      statements.get(SQL.invite).run(change.user, change.room, change.by, change.timeMs);
      return;
    case 'invitationDropped':
      statements.get(SQL.dropInvitation).run(change.user, change.room);
      return;
    case 'audited':
      addEntry(statements, change.entry);
      return;
  }
}

function changeRoom(statements: Statements, change: Extract<RoomChange, { kind: 'roomChanged' }>): void {
  const { room, settings, roomKind, name, nameKey, nameSkeleton } = change;
  for (const [setting, statement] of Object.entries(SETTINGS)) {
    const value = settings[setting as keyof typeof SETTINGS];
    if (value !== undefined) statements.get(statement).run(value, room);
  }
  if (roomKind !== undefined) statements.get(SQL.changeKind).run(roomKind, isListed(roomKind), room);
  if (name !== undefined) statements.get(SQL.rename).run(name, nameKey ?? null, nameSkeleton ?? null, room);
}

function addEntry(
  statements: Statements,
  { timeMs, actor, target, room, action, detail }: NewAuditEntry,
): void {
  const { last } = statements.get(SQL.nextAudit).get() as { last: number };
  statements.get(SQL.audit).run(last, timeMs, actor, target, room ?? null, action, detail);
}
