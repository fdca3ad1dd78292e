import { inboxStream, roomStream, SERVER_DEVICE, type Sequence, type StreamId } from '@sotto/model';
import type { DerivedChange } from '../../events/store.ts';
import { applyAccountChange } from './derived-accounts.ts';
import { applyFileChange } from './derived-files.ts';
import { applyMessageChange } from './derived-messages.ts';
import { applyRoomChange, isListed } from './derived-rooms.ts';
import type { Statements } from './statements.ts';

const SQL = {
  createRoom: `insert into rooms
    (number, stream, kind, listed, name, name_key, name_skeleton, direct_low, direct_high, created_ms)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  addMember: `insert into room_members (room, user, role, joined_ms, since) values (?, ?, ?, ?, ?)
    on conflict (room, user) do nothing`,
  startCursor: `insert into progress (stream, user, device, delivered, read_to) values (?, ?, ?, ?, ?)
    on conflict (stream, user, device) do update set delivered = excluded.delivered, read_to = excluded.read_to`,
  changeRole: 'update room_members set role = ? where room = ? and user = ?',
  removeMember: 'delete from room_members where room = ? and user = ?',
  dropCursors: 'delete from progress where stream = ? and user = ?',
};

/** Inside the transaction of the append that says so. `headOf` gives heads as they were before that append. */
export function applyChange(
  statements: Statements,
  change: DerivedChange,
  headOf: (stream: StreamId) => Sequence,
): void {
  switch (change.kind) {
    case 'roomCreated':
      createRoom(statements, change);
      return;
    case 'memberSet':
      setMember(statements, change, headOf(roomStream(change.room)));
      return;
    case 'memberRemoved':
      statements.get(SQL.removeMember).run(change.room, change.user);
      statements.get(SQL.dropCursors).run(roomStream(change.room), change.user);
      return;
    case 'messageEdited':
    case 'messageDeleted':
    case 'reactionSet':
    case 'pinSet':
    case 'threadReplied':
    case 'mentioned':
      applyMessageChange(statements, change, headOf(change.stream));
      return;
    case 'fileOffered':
    case 'fileAnswered':
      applyFileChange(statements, change, headOf(change.stream));
      return;
    case 'settingSaved':
      applyAccountChange(statements, change, headOf(inboxStream(change.user)));
      return;
    default:
      applyRoomChange(statements, change);
      return;
  }
}

function createRoom(statements: Statements, change: Extract<DerivedChange, { kind: 'roomCreated' }>): void {
  const { room, roomKind, name, nameKey, nameSkeleton, directUsers, timeMs, settings } = change;
  const listed = isListed(roomKind);
  const [low, high] = directUsers ?? [null, null];
  statements
    .get(SQL.createRoom)
    .run(
      room,
      roomStream(room),
      roomKind,
      listed,
      name,
      nameKey ?? null,
      nameSkeleton ?? null,
      low,
      high,
      timeMs,
    );
  if (settings !== undefined) applyRoomChange(statements, { kind: 'roomChanged', room, settings });
}

function setMember(
  statements: Statements,
  { room, user, role, timeMs }: Extract<DerivedChange, { kind: 'memberSet' }>,
  head: Sequence,
): void {
  const { changes } = statements.get(SQL.addMember).run(room, user, role, timeMs, head + 1);
  if (changes === 0) statements.get(SQL.changeRole).run(role, room, user);
  else statements.get(SQL.startCursor).run(roomStream(room), user, SERVER_DEVICE, head, head);
}
