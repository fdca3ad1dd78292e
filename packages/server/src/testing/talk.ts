/** People in one room, and what they do to messages, in few words. */
import { create, fromBinary } from '@bufbuild/protobuf';
import type { FrameFields } from '@sotto/protocol';
import { ContentSchema, DoneSchema, type Event } from '@sotto/schema';
import { encodeContent } from '../events/content.ts';
import { numbered } from './asking.ts';
import type { LoggedIn, World } from './world.ts';

export type Change = NonNullable<FrameFields<'changeMessage'>['change']>;

export const plain = (value: string): Uint8Array => encodeContent({ case: 'plain', value });
export const textOf = (bytes: Uint8Array | undefined): unknown =>
  fromBinary(ContentSchema, bytes ?? new Uint8Array()).content.value;
export const sequences = (events: readonly Event[]): number[] => events.map(({ sequence }) => sequence);

export const edit = (text: string): Change => ({ case: 'edit', value: plain(text) });
export const remove: Change = { case: 'delete', value: create(DoneSchema) };
export const add = (value: string): Change => ({ case: 'addReaction', value });
export const drop = (value: string): Change => ({ case: 'removeReaction', value });
export const pin = (value: boolean): Change => ({ case: 'pin', value });

export interface Range {
  before?: number;
  after?: number;
  around?: number;
  limit?: number;
  atMs?: number;
}

export class Talk {
  readonly world: World;
  /** What all methods are about; may be changed. */
  room = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** In a room of alice's; neither of them owns the server. */
  static async ofTwo(world: World): Promise<{ talk: Talk; alice: LoggedIn; bob: LoggedIn }> {
    const talk = new Talk(world);
    await world.user('owner');
    const [alice, bob] = [await world.user('alice'), await world.user('bob')];
    talk.room = await talk.newRoom(alice, 'tea');
    await talk.join(bob);
    return { talk, alice, bob };
  }

  get stream(): number {
    return 4 * this.room;
  }

  newId(): Uint8Array {
    return this.world.random.bytes(16);
  }

  async newRoom(by: LoggedIn, name: string, isPrivate = false): Promise<number> {
    const { membership } = await this.world.run(by.peer.request('createRoom', { name, private: isPrivate }));
    return membership?.room?.number ?? 0;
  }

  join(who: LoggedIn, room = this.room) {
    return this.world.run(who.peer.request('joinRoom', { room: numbered(room) }));
  }

  async say(who: LoggedIn, text: string, of: { thread?: number; relatesTo?: number } = {}): Promise<number> {
    const fields = { room: this.room, clientMessageId: this.newId(), content: plain(text), ...of };
    return (await this.world.run(who.peer.request('sendMessage', fields))).sequence;
  }

  change(who: LoggedIn, sequence: number, what: Change, clientMessageId = this.newId()) {
    const fields = { room: this.room, sequence, clientMessageId, change: what };
    return this.world.run(who.peer.request('changeMessage', fields));
  }

  history(who: LoggedIn, of: Range = {}) {
    return this.world.run(who.peer.request('readHistory', { stream: this.stream, ...of }));
  }

  async stateOf(who: LoggedIn, sequence: number) {
    return (await this.history(who)).states.find(({ target }) => target === sequence);
  }

  follow(who: LoggedIn, after = 0) {
    return this.world.run(who.peer.request('subscribe', { cursors: [{ stream: this.stream, after }] }));
  }
}
