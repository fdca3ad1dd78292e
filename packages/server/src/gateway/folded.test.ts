/** The tables say what the events come to: states, threads, pins and unread counts are folded again from the log (M9). */
import { expect, test } from 'bun:test';
import { create, fromBinary } from '@bufbuild/protobuf';
import { foldState, mayInRoom, mentionsIn, type RoomKind, toTimelineEvent } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import {
  ContentSchema,
  DoneSchema,
  type Event,
  EventKind,
  FileAnswer,
  FileOfferSchema,
  type MessageState,
} from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { encodeContent } from '../events/content.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

const HISTORIES = 12;
const STEPS = 70;
const EMOJI = ['👍', '🎉', '❤️', '1️⃣'];
const TEXTS = ['tea', 'hi @ann', '@room tea', 'hi @ben and @cleo', '`@ann`', "@ben's"];
/** Small enough to be in the message. */
const FILE = Uint8Array.of(1, 2, 3);
const SHA256 = sha256Of(FILE);
const offer = (text: string): Uint8Array =>
  encodeContent({
    case: 'file',
    value: create(FileOfferSchema, { sha256: SHA256, size: FILE.length, name: 'a', inline: FILE, text }),
  });
const NAMES = ['ann', 'ben', 'cleo'];

class House {
  readonly world: World;
  readonly people: LoggedIn[];
  readonly room: number;
  readonly #below: (most: number) => number;
  readonly #random: ReturnType<typeof seededRandom>;
  head = 0;

  constructor(world: World, people: LoggedIn[], room: number, seed: number) {
    this.world = world;
    this.people = people;
    this.room = room;
    this.#random = seededRandom(seed);
    this.#below = (most) => new DataView(this.#random.bytes(4).buffer).getUint32(0) % most;
  }

  get stream(): number {
    return 4 * this.room;
  }

  #one<T>(values: readonly T[]): T {
    return values[this.#below(values.length)] as T;
  }

  async step(): Promise<void> {
    const { peer } = this.#one(this.people);
    const { room } = this;
    const clientMessageId = this.#random.bytes(16);
    const sequence = 1 + this.#below(this.head + 2);
    const text = this.#one(TEXTS);
    const content = encodeContent({ case: 'plain', value: text });
    const change = (what: FrameFields<'changeMessage'>['change'] & object) =>
      peer.request('changeMessage', { room, sequence, clientMessageId, change: what });
    const asked = [
      () => peer.request('sendMessage', { room, clientMessageId, content }),
      () => peer.request('sendMessage', { room, clientMessageId, content: offer(text) }),
      () => peer.request('sendMessage', { room, clientMessageId, content, thread: sequence }),
      () => peer.request('sendMessage', { room, clientMessageId, content, relatesTo: sequence }),
      () => change({ case: 'edit', value: content }),
      () => change({ case: 'edit', value: offer(text) }),
      () => change({ case: 'acceptFile', value: this.#below(2) === 0 }),
      () => change({ case: 'delete', value: create(DoneSchema) }),
      () => change({ case: 'addReaction', value: this.#one(EMOJI) }),
      () => change({ case: 'addReaction', value: this.#one(EMOJI) }),
      () => change({ case: 'removeReaction', value: this.#one(EMOJI) }),
      () => change({ case: 'pin', value: this.#below(2) === 0 }),
    ];
    await refusal(
      this.world.run<unknown>(this.#one([...asked, ...asked.slice(0, 2), ...asked.slice(6, 8)])()),
    );
    this.head = (await this.page(this.#one(this.people), { limit: 1 })).head;
  }

  page(who: LoggedIn, range: { after?: number; limit?: number } = {}) {
    return this.world.run(who.peer.request('readHistory', { stream: this.stream, ...range }));
  }

  async all(who: LoggedIn): Promise<{ events: Event[]; states: MessageState[]; head: number }> {
    const events: Event[] = [];
    const states: MessageState[] = [];
    for (let after = 1; ; ) {
      const page = await this.page(who, { after, limit: 9 });
      events.push(...page.events);
      states.push(...page.states);
      after = page.events.at(-1)?.sequence ?? after;
      if (page.events.length < 9) return { events, states, head: page.head };
    }
  }
}

/** A state of which nothing is left is as good as none. */
const isEmpty = (state: MessageState): boolean =>
  state.edits === 0 &&
  state.deletedMs === 0 &&
  !state.pinned &&
  state.reactions.length === 0 &&
  state.fileAnswer === FileAnswer.UNSPECIFIED &&
  state.lastReply === 0;

function compareStates(
  events: readonly Event[],
  states: readonly MessageState[],
  reader: { kind: RoomKind; me: number },
): void {
  const folded = events.map(toTimelineEvent);
  const known = new Map(states.map((state) => [state.target, state]));
  for (const { kind, sequence } of events) {
    if (kind !== EventKind.MESSAGE) continue;
    const given = known.get(sequence);
    const asOf = given?.asOf ?? events.at(-1)?.sequence ?? 0;
    const expected = foldState(folded, sequence, asOf, reader);
    if (expected === undefined) expect(given === undefined || isEmpty(given)).toBe(true);
    else expect({ ...given }).toEqual({ ...expected });
  }
}

/** Counted from the events alone. */
function recount(events: readonly Event[], read: number, me: LoggedIn, name: string, kind: RoomKind) {
  const deleted = new Set(
    events.filter(({ kind }) => kind === EventKind.MESSAGE_DELETED).map(({ relatesTo }) => relatesTo),
  );
  const unread = events.filter(
    ({ sequence, countsUnread, sender }) =>
      countsUnread && sequence > read && sender !== me.number && !deleted.has(sequence),
  );
  const mentions = unread.filter(({ content }) => {
    const said = fromBinary(ContentSchema, content).content;
    const text = said.case === 'file' ? said.value.text : said.value;
    const named = mentionsIn(typeof text === 'string' ? text : '');
    return (named.room && mayInRoom(kind, 'member', 'mentionRoom')) || named.names.includes(name);
  });
  return { unread: unread.length, mentions: mentions.length };
}

async function publicRoom(world: World, [ann, ...others]: readonly LoggedIn[]): Promise<number> {
  if (ann === undefined) throw new Error('nobody');
  const { membership } = await world.run(ann.peer.request('createRoom', { name: 'tea' }));
  const room = membership?.room?.number ?? 0;
  for (const { peer } of others) {
    await world.run(
      peer.request('joinRoom', {
        room: { $typeName: 'sotto.v1.RoomReference', reference: { case: 'number', value: room } },
      }),
    );
  }
  return room;
}

async function directRoom(world: World, [ann, ben]: readonly LoggedIn[]): Promise<number> {
  if (ann === undefined || ben === undefined) throw new Error('nobody');
  const { outcomes } = await world.run(
    ann.peer.request('sendDirect', {
      recipients: [{ $typeName: 'sotto.v1.UserReference', reference: { case: 'number', value: ben.number } }],
      clientMessageId: new Uint8Array(16),
      content: encodeContent({ case: 'plain', value: 'hi' }),
    }),
  );
  return outcomes[0]?.accepted?.room ?? 0;
}

async function run(seed: number, kind: 'public' | 'direct') {
  const world = await createWorld({ seed });
  await world.user('owner');
  const people: LoggedIn[] = [];
  for (const name of kind === 'direct' ? NAMES.slice(0, 2) : NAMES) people.push(await world.user(name));
  const room = await (kind === 'direct' ? directRoom : publicRoom)(world, people);
  const house = new House(world, people, room, seed);
  let [states, answers] = [0, 0];
  for (let step = 1; step <= STEPS; step++) {
    await house.step();
    if (step % 35 !== 0) continue;
    for (const [index, person] of people.entries()) {
      const { events, states: given } = await house.all(person);
      compareStates(events, given, { kind, me: person.number });
      states += given.length;
      answers += given.filter(({ fileAnswer }) => fileAnswer !== FileAnswer.UNSPECIFIED).length;
      const [counts] = (await world.run(person.peer.request('readUnread', { streams: [house.stream] })))
        .rooms;
      expect(counts).toMatchObject(recount(events, counts?.read ?? 0, person, NAMES[index] ?? '', kind));
    }
  }
  expect(world.errors).toEqual([]);
  await world.close();
  return { states, answers };
}

test('[VIEW-2] [PAGE-1] [UNREAD-11] M9: states and counts of random histories are what their events come to', async () => {
  let states = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) states += (await run(seed, 'public')).states;
  expect(states).toBeGreaterThan(100);
}, 30_000);

test('[VIEW-2] [VIEW-8] F4: so they are in direct rooms, where files are answered', async () => {
  let answers = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) answers += (await run(seed, 'direct')).answers;
  expect(answers).toBeGreaterThan(20);
}, 30_000);
