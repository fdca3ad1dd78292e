/** Which room, message or person somebody means. */
import {
  type Conversation,
  findConversation,
  isPerson,
  LineError,
  type MessageRef,
  type Which,
} from '@sotto/app/commands';
import type { JoinedRoom, MessageView, Person, Recipient, RoomName } from '@sotto/client';
import { PAGE_MAX } from '@sotto/model';
import type { Scene } from '../scene.ts';

export function roomMeant({ store, room }: Scene, named: Conversation | undefined): JoinedRoom {
  if (named === undefined) return room;
  const found = findConversation(store.rooms.get().list, named);
  if (found !== undefined) return found;
  const label = named.kind === 'room' ? roomLabel(named.room) : personLabel(named.person);
  throw new LineError(
    named.kind === 'room' ? `you are not in ${label}` : `there are no direct messages with ${label}`,
  );
}

export interface Meant {
  room: JoinedRoom;
  message: MessageView;
}

/** Among the newest of the room, or of the thread that one is in. */
export async function messageMeant(scene: Scene, { in: named, which }: MessageRef): Promise<Meant> {
  const room = roomMeant(scene, named);
  const { client } = scene.store;
  if (which.kind === 'sequence') {
    const { messages } = await client.messages(room.number, { around: which.sequence, limit: 1 });
    const message = messages.find(({ sequence }) => sequence === which.sequence);
    if (message !== undefined) return { room, message };
    throw new LineError(`there is no message ${which.sequence} in this room`);
  }
  const { messages } = await client.messages(room.number, { limit: PAGE_MAX });
  const here = messages.filter(
    ({ deleted, thread, sequence }) =>
      deleted === undefined &&
      (scene.thread === undefined
        ? thread === undefined
        : thread === scene.thread || sequence === scene.thread),
  );
  const message = here.toReversed().filter((each) => isBy(each, which))[which.back - 1];
  if (message !== undefined) return { room, message };
  throw new LineError('there is no such message among the latest');
}

function isBy({ mine, sender }: MessageView, { by }: Extract<Which, { kind: 'last' }>): boolean {
  if (by === 'anyone') return true;
  return by === 'me' ? mine : isPerson(sender, by.person);
}

export async function personMeant({ store }: Scene, user: Recipient): Promise<Person> {
  const [found] = await store.client.lookUp([user]);
  if (found !== undefined) return found;
  throw new LineError(`there is nobody called ${personLabel(user)}`);
}

/** "@bob", also of who is known by a number alone: "user 3". */
export const personLabel = (user: Recipient): string =>
  typeof user === 'number' ? `user ${user}` : `@${user}`;

export const roomLabel = (room: RoomName): string =>
  typeof room === 'number' ? `room ${room}` : `#${room.replace(/^#/, '')}`;
