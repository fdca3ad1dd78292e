/** Rooms, their settings and invitations as callers see them. */
import type { RoomNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import {
  type RoomDescription,
  RoomKind,
  type Invitation as WireInvitation,
  type RoomSettings as WireSettings,
} from '@sotto/schema';
import { withoutHash } from '../references.ts';
import type { Invitation, Person, Room, RoomChanges, RoomSettings } from '../types.ts';
import {
  fromAssistantAccess,
  fromHistoryAccess,
  fromKind,
  toAssistantAccess,
  toDate,
  toHistoryAccess,
  toKind,
} from './values.ts';

export function toRoom(description: RoomDescription, me: number, named: (user: number) => Person): Room {
  const other = description.directUsers.find((user) => user !== me) ?? description.directUsers[0];
  const peer = description.kind === RoomKind.DIRECT && other !== undefined ? named(other) : undefined;
  return {
    number: description.number as RoomNumber,
    kind: toKind(description.kind),
    name: peer?.name ?? description.name,
    peer,
  };
}

/** undefined where it does not say which room. */
export function toInvitation(
  { room, by, timeMs }: WireInvitation,
  me: number,
  named: (user: number) => Person,
): Invitation | undefined {
  return room && { room: toRoom(room, me, named), by: named(by), at: toDate(timeMs) };
}

/** Of those that are there. */
export function toChanges(settings: WireSettings): RoomChanges {
  const { name, topic, kind, slowModeSeconds, retentionDays, archived, history } = settings;
  const { assistants, assistantInstructions } = settings;
  return {
    ...(name === undefined ? {} : { name }),
    ...(topic === undefined ? {} : { topic }),
    ...(kind === undefined ? {} : { kind: toKind(kind) }),
    ...(slowModeSeconds === undefined ? {} : { slowModeSeconds }),
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(archived === undefined ? {} : { archived }),
    ...(history === undefined ? {} : { history: toHistoryAccess(history) }),
    ...(assistants === undefined ? {} : { assistants: toAssistantAccess(assistants) }),
    ...(assistantInstructions === undefined ? {} : { assistantInstructions }),
  };
}

export function toSettings(settings: WireSettings | undefined, { name, kind }: Room): RoomSettings {
  const unchanged: RoomSettings = {
    name,
    topic: '',
    kind,
    slowModeSeconds: 0,
    retentionDays: 0,
    archived: false,
    history: kind === 'private' ? 'sinceJoined' : 'all',
    assistants: 'allowed',
    assistantInstructions: '',
  };
  return { ...unchanged, ...(settings && toChanges(settings)) };
}

export function fromChanges(changes: RoomChanges): NonNullable<FrameFields<'changeRoom'>['settings']> {
  const { name, topic, kind, slowModeSeconds, retentionDays, archived, history } = changes;
  const { assistants, assistantInstructions } = changes;
  return {
    ...(name === undefined ? {} : { name: withoutHash(name) }),
    ...(topic === undefined ? {} : { topic }),
    ...(kind === undefined ? {} : { kind: fromKind(kind) }),
    ...(slowModeSeconds === undefined ? {} : { slowModeSeconds }),
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(archived === undefined ? {} : { archived }),
    ...(history === undefined ? {} : { history: fromHistoryAccess(history) }),
    ...(assistants === undefined ? {} : { assistants: fromAssistantAccess(assistants) }),
    ...(assistantInstructions === undefined ? {} : { assistantInstructions }),
  };
}
