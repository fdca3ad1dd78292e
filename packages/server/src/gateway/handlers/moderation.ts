/** Rooms and who may do what there (M10). */
import type { RoomNumber, UserNumber } from '@sotto/model';
import { Role, type UserReference } from '@sotto/schema';
import type { Audit } from '../../rooms/audit.ts';
import { describeRoom, describeSettings, mutedUntil, readRole, wireRole } from '../../rooms/describe.ts';
import type { Invitations } from '../../rooms/invitations.ts';
import type { Moderation } from '../../rooms/moderation.ts';
import type { RoomView, Settings } from '../../rooms/settings.ts';
import type { RoomInviteRecord, RoomRecord, SanctionRecord } from '../../rooms/store.ts';
import type { People } from '../people.ts';
import { firstTexts } from './page-bytes.ts';
import { pageSize } from './rooms.ts';
import type { HandlersOf } from './types.ts';

export interface ModerationServices {
  settings: Settings;
  moderation: Moderation;
  invitations: Invitations;
  audit: Audit;
  people: People;
}

type ModerationFrames =
  | 'readRoom'
  | 'changeRoom'
  | 'changeMember'
  | 'listSanctions'
  | 'createRoomInvite'
  | 'listRoomInvites'
  | 'revokeRoomInvite'
  | 'inviteMember'
  | 'listInvitations'
  | 'declineInvitation'
  | 'readAudit';

export function moderationHandlers(services: ModerationServices): HandlersOf<ModerationFrames> {
  const { settings, moderation, invitations, audit, people } = services;
  const find = async (reference: UserReference | undefined) => reference && people.find(reference);

  return {
    async readRoom({ principal }, { room }) {
      return describeView(await settings.read(principal.user, room));
    },

    async changeRoom({ principal }, { room, settings: wanted }) {
      return describeView(await settings.change(principal, room, wanted ?? {}));
    },

    async changeMember({ principal }, { room, user, change }) {
      const target = await find(user);
      await moderation.change(principal, room, target, change);
      return {};
    },

    async listSanctions({ principal }, { room }) {
      const sanctions = await moderation.sanctions(principal.user, room);
      return { sanctions: await describeSanctions(people, sanctions) };
    },

    async createRoomInvite({ principal }, { room: reference, uses, lifetimeMs, role }) {
      const wanted = { uses, lifetimeMs, role: readRole(role === Role.UNSPECIFIED ? Role.MEMBER : role) };
      const { code, room, invite } = await invitations.createLink(principal, reference, wanted);
      return { ...describeInvite(room, invite), code };
    },

    async listRoomInvites({ principal }, { room: reference }) {
      const { room, invites } = await invitations.links(principal.user, reference);
      return { invites: invites.map((invite) => describeInvite(room, invite)) };
    },

    async revokeRoomInvite({ principal }, { room, id }) {
      await invitations.revokeLink(principal, room, id);
      return {};
    },

    async inviteMember({ principal }, { room, user }) {
      await invitations.invite(principal, room, await find(user));
      return {};
    },

    async listInvitations({ principal }) {
      const open = await invitations.open(principal.user);
      return {
        invitations: open.map(({ room, by, timeMs }) => ({ room: describeRoom(room), by, timeMs })),
      };
    },

    async declineInvitation({ principal }, { room }) {
      await invitations.decline(principal, room);
      return {};
    },

    async readAudit({ principal }, { room, before, limit, user, action }) {
      const page = pageSize(limit);
      const filter = {
        user: user === 0 ? undefined : (user as UserNumber),
        action: action === '' ? undefined : action,
      };
      const found = await audit.read(principal.user, room, { before, limit: page, filter });
      const entries = firstTexts(found.slice(0, page), ({ detail }) => detail);
      return {
        entries: entries.map((entry) => ({ ...entry, room: entry.room ?? NO_ROOM })),
        more: found.length > entries.length,
      };
    },
  };
}

const NO_ROOM = 0 as RoomNumber;

const describeView = ({ state: { record }, members, standing, mute }: RoomView) => ({
  room: describeRoom(record),
  settings: describeSettings(record),
  members,
  createdMs: record.createdMs,
  role: wireRole(standing),
  mutedUntilMs: mutedUntil(mute),
});

const describeInvite = (room: RoomRecord, { id, usesLeft, expiresMs, role, by }: RoomInviteRecord) => ({
  id,
  room: describeRoom(room),
  usesLeft: usesLeft ?? 0,
  unlimited: usesLeft === undefined,
  expiresMs,
  role: wireRole(role),
  by,
});

/** The newest of them that fit in a frame. */
async function describeSanctions(people: People, sanctions: readonly SanctionRecord[]) {
  const persons = await people.describe([...new Set(sanctions.map(({ user }) => user))]);
  const users = new Map(persons.map(({ user }) => [user.number as UserNumber, user]));
  const described = sanctions.flatMap(({ user, kind, untilMs, reason, by, atMs }) => {
    const who = users.get(user);
    if (who === undefined) return [];
    return [{ user: who, banned: kind === 'ban', muted: kind === 'mute', untilMs, reason, by, timeMs: atMs }];
  });
  return firstTexts(described, ({ user, reason }) => `${user.name}${user.uuid}${user.displayName}${reason}`);
}
