/** What tests ask of a world again and again, in few words. */
import { fromBinary } from '@bufbuild/protobuf';
import { inboxStream, type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import type { FrameFields, FrameMessage, ReplyName, RequestName } from '@sotto/protocol';
import { type Content, ContentSchema, type ErrorCode, type Event, EventKind } from '@sotto/schema';
import { encodeContent } from '../events/content.ts';
import { type LoggedIn, refusal, type World } from './world.ts';

export const named = (value: string) => ({ reference: { case: 'name' as const, value } });
export const numbered = (value: number) => ({ reference: { case: 'number' as const, value } });

export class Asking {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  ask<Name extends RequestName>(
    { peer }: Pick<LoggedIn, 'peer'>,
    name: Name,
    fields: FrameFields<Name>,
  ): Promise<FrameMessage<ReplyName<Name>>> {
    return this.#world.run(peer.request(name, fields));
  }

  /** The code of the refusal; undefined where it is granted. */
  refused<Name extends RequestName>(
    who: Pick<LoggedIn, 'peer'>,
    name: Name,
    fields: FrameFields<Name>,
  ): Promise<ErrorCode | undefined> {
    return refusal(this.ask(who, name, fields));
  }

  /** The number of a new room. */
  async room(owner: LoggedIn, name: string, kind: 'public' | 'private' | 'announcement' = 'public') {
    const wanted = { name, private: kind === 'private', announcement: kind === 'announcement' };
    const { membership } = await this.ask(owner, 'createRoom', wanted);
    return (membership?.room?.number ?? 0) as RoomNumber;
  }

  /** As a member of this role. */
  async enter(owner: LoggedIn, member: LoggedIn, room: RoomNumber, role?: FrameRole): Promise<void> {
    const user = numbered(member.number);
    await this.ask(owner, 'addMember', { room: numbered(room), user });
    if (role !== undefined)
      await this.ask(owner, 'changeMember', {
        room: numbered(room),
        user,
        change: { case: 'role', value: role },
      });
  }

  say(who: LoggedIn, room: RoomNumber, text: string) {
    const content = encodeContent({ case: 'plain', value: text });
    return this.ask(who, 'sendMessage', { room, clientMessageId: this.#world.random.bytes(16), content });
  }

  /** Follows the room; what comes is in `heard`. */
  follow(who: LoggedIn, room: RoomNumber, after = 0) {
    return this.ask(who, 'subscribe', { cursors: [{ stream: roomStream(room), after }] });
  }

  followInbox(who: LoggedIn) {
    const cursor = { stream: inboxStream(who.number as UserNumber), after: 0 };
    return this.ask(who, 'subscribe', { cursors: [cursor] });
  }

  /** Kinds of the events of the room that have come. */
  heard({ peer }: LoggedIn, room: RoomNumber): string[] {
    return peer.eventsOf(roomStream(room)).map(kindName);
  }

  inbox({ peer, number }: LoggedIn): string[] {
    return peer.eventsOf(inboxStream(number as UserNumber)).map(kindName);
  }
}

type FrameRole = Extract<FrameMessage<'changeMember'>['change'], { case: 'role' }>['value'];

const kindName = ({ kind }: Event): string => EventKind[kind];

export const contentOf = (event: Event | undefined): Content['content'] =>
  fromBinary(ContentSchema, event?.content ?? new Uint8Array()).content;
