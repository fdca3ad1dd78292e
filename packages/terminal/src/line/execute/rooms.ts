import type { InviteRequest, RoomRequest } from '@sotto/app/commands';
import type { JoinedRoom, RoomName, SottoClient } from '@sotto/client';
import { LineError } from '../command.ts';
import { type Context, roomMeant } from '../context.ts';
import { isCalled } from '../conversations.ts';
import type { Reply } from '../reply.ts';

export async function rooms(context: Context, request: RoomRequest): Promise<Reply> {
  const { client } = context;
  switch (request.kind) {
    case 'join':
      return entered(client, await client.joinRoom(request.room));
    case 'joinByCode':
      return entered(client, await client.joinRoom({ code: request.code }));
    case 'create': {
      const { name, private: closed, announcement, topic } = request;
      return {
        kind: 'created',
        room: await client.createRoom(name, { private: closed, announcement, topic }),
        topic,
      };
    }
    case 'leave': {
      const left = roomOrHere(context, request.room);
      if (client.rooms.some((room) => room.kind === 'lobby' && isCalled(room, left)))
        throw new LineError('everybody is in the lobby, and nobody leaves it');
      await client.leaveRoom(left);
      return { kind: 'left', room: left };
    }
    case 'add': {
      const room = roomOrHere(context, request.room);
      await client.addMember(room, request.user);
      return { kind: 'added', room, user: request.user };
    }
    case 'rooms':
      return { kind: 'rooms', rooms: await client.listRooms() };
    case 'members': {
      const members = await client.members(roomOrHere(context, request.room));
      for (const member of members) context.seen.meet(member);
      return { kind: 'members', members };
    }
    case 'room':
      return { kind: 'room', details: await client.room(roomOrHere(context, request.room)) };
    case 'topic': {
      const { room, settings } = await client.room(roomOrHere(context, request.room));
      return { kind: 'topic', room, topic: settings.topic };
    }
    case 'set': {
      const room = roomOrHere(context, request.room);
      await client.changeRoom(room, request.changes);
      return { kind: 'done', did: { kind: 'set', room, changes: request.changes } };
    }
    default:
      return invitations(context, request);
  }
}

/** The topic is a courtesy: one is in the room without it as well. */
async function entered(client: SottoClient, room: JoinedRoom): Promise<Reply> {
  const topic = await client.room(room.number).then(
    ({ settings }) => settings.topic,
    () => '',
  );
  return { kind: 'joined', room, topic };
}

async function invitations(context: Context, request: InviteRequest): Promise<Reply> {
  const { client } = context;
  switch (request.kind) {
    case 'makeInvite': {
      const { uses, lifetimeMs, role } = request;
      const room = roomOrHere(context, request.room);
      const options = {
        role,
        ...(uses !== undefined && { uses }),
        ...(lifetimeMs !== undefined && { lifetimeMs }),
      };
      const { code, ...invite } = await client.invites.create(room, options);
      return { kind: 'invite', invite, code };
    }
    case 'inviteMember': {
      const room = roomOrHere(context, request.room);
      await client.inviteMember(room, request.user);
      return { kind: 'done', did: { ...request, room } };
    }
    case 'invites': {
      const { room } = request;
      if (room === undefined) return { kind: 'invitations', invitations: await client.invitations() };
      return { kind: 'invites', room, invites: await client.invites.list(room) };
    }
    case 'revokeInvite': {
      const room = roomOrHere(context, request.room);
      await client.invites.revoke(room, request.invite);
      return { kind: 'done', did: { ...request, room } };
    }
  }
}

/** A room may be named that one is not in; without a name it is the one that one is in, by its name where it has one. */
export function roomOrHere(context: Context, room: RoomName | undefined): RoomName {
  if (room !== undefined) return room;
  const { peer, name, number } = roomMeant(context, undefined);
  return peer === undefined ? name : number;
}
