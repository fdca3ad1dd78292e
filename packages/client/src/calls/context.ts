/** What all calls have in common. */
import type { UserNumber } from '@sotto/model';
import type { FrameFields, FrameMessage, ReplyName, RequestName } from '@sotto/protocol';
import type { Present } from '../connection/present.ts';
import type { Viewing } from '../describe/messages.ts';
import type { Follower } from '../sync/follower.ts';
import type { People } from '../sync/people.ts';
import type { Rooms } from '../sync/rooms.ts';
import type { Timelines } from '../timeline/timelines.ts';
import type { Recipient } from '../types.ts';
import type { RoomNames } from './names.ts';

export interface CallContext {
  present: Present;
  people: People;
  rooms: Rooms;
  names: RoomNames;
  follower: Follower;
  viewing: Viewing;
  timelines: Pick<Timelines, 'suppose'>;
  newMessageId(): string;
  /** `https://host:port` of the server, where it is known. */
  webAddress(): string | undefined;
  /** Rejects with NOT_FOUND. */
  userNumber(user: Recipient): Promise<UserNumber>;
}

/** For questions, and for what may be said twice: asked again where the session moves on meanwhile. */
export function ask<Name extends RequestName>(
  { present }: Pick<CallContext, 'present'>,
  name: Name,
  fields: FrameFields<Name>,
): Promise<FrameMessage<ReplyName<Name>>> {
  return present.ask(({ link }) => link.request(name, fields));
}

/** For what is to be done once. */
export async function tell<Name extends RequestName>(
  { present }: Pick<CallContext, 'present'>,
  name: Name,
  fields: FrameFields<Name>,
): Promise<FrameMessage<ReplyName<Name>>> {
  const { link } = await present.now();
  return link.request(name, fields);
}
