import type { RoomRequest } from '@sotto/app/commands';
import type { JoinedRoom } from '@sotto/client';
import { goTo, replaceWith } from '../../../routes.ts';
import { DONE, type Outcome, type Scene, said } from '../scene.ts';
import { personLabel, roomLabel, roomMeant } from './meant.ts';

export async function performRooms(scene: Scene, request: RoomRequest): Promise<Outcome> {
  const { store, room: here, open, show } = scene;
  const { client } = store;
  const number = 'room' in request ? (request.room ?? here.number) : here.number;
  const label = 'room' in request && request.room !== undefined ? roomLabel(request.room) : 'this room';
  switch (request.kind) {
    case 'join':
      return entered(await client.joinRoom(request.room));
    case 'joinByCode':
      return entered(await client.joinRoom({ code: request.code }));
    case 'create': {
      const { name, private: closed, announcement, topic } = request;
      return entered(await client.createRoom(name, { private: closed, announcement, topic }));
    }
    case 'leave':
      await client.leaveRoom(number);
      if (request.room === undefined) replaceWith({ kind: 'home' });
      return said(`You left ${label === 'this room' ? `#${here.name}` : label}.`);
    case 'add':
      await client.addMember(number, request.user);
      return request.room === undefined ? DONE : said(`${personLabel(request.user)} is in ${label} now.`);
    case 'rooms':
      open({ kind: 'browse' });
      return DONE;
    case 'members':
      if (request.room === undefined) show('members');
      else open({ kind: 'about', room: joinedNumber(scene, request.room) });
      return DONE;
    case 'room':
    case 'topic':
      open({ kind: 'about', room: joinedNumber(scene, request.room) });
      return DONE;
    case 'set':
      await client.changeRoom(number, request.changes);
      return said(`Changed how ${label} is set.`);
    case 'invites':
      open({ kind: 'about', room: joinedNumber(scene, request.room), tab: 'waysIn' });
      return DONE;
    case 'inviteMember':
      await client.inviteMember(number, request.user);
      return said(`Asked ${personLabel(request.user)} into ${label}.`);
    case 'revokeInvite':
      await client.invites.revoke(number, request.invite);
      return said('That invite link works no more.');
    case 'makeInvite': {
      const { uses, lifetimeMs, role } = request;
      const { code } = await client.invites.create(number, {
        role,
        ...(uses === undefined ? {} : { uses }),
        ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
      });
      return { kind: 'code', words: `Whoever has this code may come into ${label}: /join`, code };
    }
  }
}

function entered({ number }: JoinedRoom): Outcome {
  goTo({ kind: 'room', room: number });
  return DONE;
}

const joinedNumber = (scene: Scene, room: JoinedRoom['number'] | string | undefined) =>
  roomMeant(scene, room === undefined ? undefined : { kind: 'room', room }).number;
