/** What is known of an account beside messages, as kept pages, and back. */
import { type RoomNumber, roomStream, type StreamId } from '@sotto/model';
import {
  type Membership,
  Role,
  SessionGrantedSchema,
  SettingPageSchema,
  type User,
  UserListSchema,
} from '@sotto/schema';
import { fromSetting, toSetting } from '../describe/settings.ts';
import { fromKind, fromRole } from '../describe/values.ts';
import type { KeptPages } from '../store.ts';
import type { JoinedRoom, Person, Setting } from '../types.ts';
import { openPage, sealPage } from './pages.ts';

export const ACCOUNT_PAGES = ['rooms', 'people', 'settings', 'drafts'] as const;
export type AccountPage = (typeof ACCOUNT_PAGES)[number];
const PEOPLE_MAX = 1_000;

export interface AccountKept {
  me: Person | undefined;
  rooms: readonly JoinedRoom[];
  /** Of those that are known. */
  people(users: Iterable<number>): readonly Person[];
  settings: readonly Setting[];
  /** Settings that the server has not heard of. */
  drafts: readonly Setting[];
}

export interface RestoredAccount {
  memberships: readonly Membership[];
  users: readonly User[];
  settings: readonly Setting[];
  drafts: readonly Setting[];
}

/** `named`: whose names the kept messages need. */
export function sealAccount(page: AccountPage, kept: AccountKept, named: Iterable<number>): Uint8Array {
  const { me, rooms } = kept;
  switch (page) {
    case 'rooms':
      return sealPage(SessionGrantedSchema, {
        ...(me && { user: toUser(me) }),
        rooms: rooms.map((room) => toMembership(room, me?.number ?? 0)),
      });
    case 'people': {
      const peers = rooms.flatMap(({ peer }) => peer?.number ?? []);
      const users = [...new Set([...(me === undefined ? [] : [me.number]), ...peers, ...named])];
      return sealPage(UserListSchema, { users: kept.people(users.slice(0, PEOPLE_MAX)).map(toUser) });
    }
    case 'settings':
    case 'drafts':
      return sealPage(SettingPageSchema, { settings: kept[page].map(fromSetting) });
  }
}

/** undefined where it is somebody else's, or nothing is kept. */
export function openAccount(pages: KeptPages, user: number): RestoredAccount | undefined {
  const granted = openPage(SessionGrantedSchema, pages.get('rooms'));
  if (granted?.user?.number !== user) return undefined;
  const settings = (name: AccountPage) =>
    (openPage(SettingPageSchema, pages.get(name))?.settings ?? []).flatMap((one) => toSetting(one) ?? []);
  return {
    memberships: granted.rooms,
    users: [granted.user, ...(openPage(UserListSchema, pages.get('people'))?.users ?? [])],
    settings: settings('settings'),
    drafts: settings('drafts'),
  };
}

export const streamOf = ({ room }: Membership): StreamId | undefined =>
  room && roomStream(room.number as RoomNumber);

const toUser = ({ number, uuid, name, displayName, owner, administrator, deleted, assistant }: Person) => ({
  ...{ number, uuid, name, owner, administrator, deleted, assistant },
  displayName: displayName === name ? '' : displayName,
});

function toMembership({ number, kind, name, peer, role, ...rest }: JoinedRoom, me: number) {
  const { head, read, unread, mentions } = rest;
  const directUsers = peer === undefined ? [] : [me, peer.number];
  const room = { number, kind: fromKind(kind), name: peer === undefined ? name : '', directUsers };
  return { room, role: fromRole(role) ?? Role.MEMBER, head, read, unread, mentions };
}
