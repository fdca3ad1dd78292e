/** Messages that offer files, and what their recipients answer; through frames (F1, F2). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  FILE_INLINE_MAX_BYTES,
  FILE_MESSAGE_MAX_BYTES,
  LOBBY,
  MESSAGE_MAX_BYTES,
  type RoomNumber,
  roomStream,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { ErrorCode, EventKind, FileAnswer, type FileOffer, FileOfferSchema } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { encodeContent } from '../events/content.ts';
import { Asking, contentOf, numbered } from '../testing/asking.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

let world: World;
let asking: Asking;
let alice: LoggedIn;
let bob: LoggedIn;
let tea: RoomNumber;

beforeEach(async () => {
  world = await createWorld();
  asking = new Asking(world);
  [alice, bob] = [await world.user('alice'), await world.user('bob')];
  tea = await asking.room(alice, 'tea');
  await asking.enter(alice, bob, tea);
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const NOTHING = new Uint8Array(0);
const BIG = FILE_INLINE_MAX_BYTES + 1;
const digest = (of: number) => sha256Of(Uint8Array.of(of));

type Fields = Omit<MessageInitShape<typeof FileOfferSchema>, '$typeName'>;
const offerOf = (fields: Fields): FileOffer =>
  create(FileOfferSchema, { sha256: digest(1), size: BIG, name: 'plan.pdf', ...fields });
const plain = (fields: Fields = {}) => encodeContent({ case: 'file', value: offerOf(fields) });
const inline = (bytes: Uint8Array, fields: Fields = {}) =>
  plain({ sha256: sha256Of(bytes), size: bytes.length, inline: new Uint8Array(bytes), ...fields });
const sealed = encodeContent({ case: 'sealed', value: Uint8Array.of(1, 2, 3) });
const said = (value: string) => encodeContent({ case: 'plain', value });

/** As a finished upload leaves it. */
async function uploaded({ number }: LoggedIn, sha256 = digest(1), sizeBytes = BIG) {
  const user = number as UserNumber;
  const expiresMs = world.clock.now() + 60_000;
  const quotas = { accountMax: undefined, totalMax: undefined };
  await world.run(world.store.files.reserve({ user, sha256, sizeBytes, expiresMs }, quotas));
  await world.run(world.store.files.finishUpload(user, sha256, expiresMs));
}

const id = () => world.random.bytes(16);
const send = (
  who: LoggedIn,
  content: Uint8Array,
  file: Uint8Array = NOTHING,
  room: RoomNumber = tea,
  clientMessageId = id(),
) => asking.ask(who, 'sendMessage', { room, clientMessageId, content, file });
const refused = (who: LoggedIn, content: Uint8Array, file: Uint8Array = NOTHING, room: RoomNumber = tea) =>
  asking.refused(who, 'sendMessage', { room, clientMessageId: id(), content, file });
const sendTo = (who: LoggedIn, whom: readonly LoggedIn[], content: Uint8Array, file: Uint8Array = NOTHING) =>
  asking.ask(who, 'sendDirect', {
    recipients: whom.map(({ number }) => numbered(number)),
    clientMessageId: id(),
    content,
    file,
  });
const offerAt = (room: RoomNumber, sequence: number) =>
  world.run(world.store.files.offer(roomStream(room), sequence as Sequence));

describe('sending', () => {
  test('[OFFER-21] a finished upload is offered once; after that the message offers it', async () => {
    await uploaded(alice);
    const { sequence } = await send(alice, plain({ text: 'the plan' }), digest(1));
    expect(await offerAt(tea, sequence)).toEqual({
      sha256: digest(1),
      sizeBytes: BIG,
      user: alice.number as UserNumber,
    });
    expect(await world.run(world.store.files.upload(alice.number as UserNumber, digest(1)))).toBeUndefined();
    await asking.follow(bob, tea);
    const event = bob.peer.eventsOf(roomStream(tea)).at(-1);
    expect(contentOf(event)).toMatchObject({ case: 'file', value: { name: 'plan.pdf', text: 'the plan' } });
    // Its sender offers it still, so it may do so again.
    const again = await send(alice, plain(), digest(1));
    expect(await offerAt(tea, again.sequence)).toBeDefined();
  });

  test('[OFFER-21] what was not uploaded, by somebody else, not finished or is of another size is FILE_GONE', async () => {
    expect(await refused(alice, plain(), digest(1))).toBe(ErrorCode.FILE_GONE);
    await uploaded(bob);
    expect(await refused(alice, plain(), digest(1))).toBe(ErrorCode.FILE_GONE);
    expect(await refused(alice, sealed, digest(1))).toBe(ErrorCode.FILE_GONE);
    const user = alice.number as UserNumber;
    const upload = { user, sha256: digest(1), sizeBytes: BIG, expiresMs: world.clock.now() + 60_000 };
    await world.run(world.store.files.reserve(upload, { accountMax: undefined, totalMax: undefined }));
    expect(await refused(alice, plain(), digest(1))).toBe(ErrorCode.FILE_GONE);
    await uploaded(alice);
    expect(await refused(alice, plain({ size: BIG + 1 }), digest(1))).toBe(ErrorCode.FILE_GONE);
    await send(alice, plain(), digest(1));
  });

  test('[OFFER-20] a sealed offer names its upload beside the content, and nothing else is known of it', async () => {
    await uploaded(alice);
    const { sequence } = await send(alice, sealed, digest(1));
    expect(await offerAt(tea, sequence)).toMatchObject({ sha256: digest(1), sizeBytes: BIG });
    expect(await refused(alice, sealed, digest(1).subarray(1))).toBe(ErrorCode.ARGUMENT_INVALID);
    const long = encodeContent({ case: 'sealed', value: new Uint8Array(MESSAGE_MAX_BYTES) });
    expect(await refused(alice, long, digest(1))).toBe(ErrorCode.CONTENT_TOO_LARGE);
  });

  test('[OFFER-20] a small file is in its message, with the digest that it says', async () => {
    for (const size of [0, 1, FILE_INLINE_MAX_BYTES]) {
      const bytes = world.random.bytes(size);
      const { sequence } = await send(alice, inline(bytes));
      expect(await offerAt(tea, sequence)).toBeUndefined();
    }
    const bytes = world.random.bytes(100);
    expect(await refused(alice, inline(bytes, { sha256: digest(2) }))).toBe(ErrorCode.FILE_CORRUPT);
    expect(await refused(alice, inline(bytes), sha256Of(bytes))).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await refused(alice, inline(bytes, { size: 99 }))).toBe(ErrorCode.CONTENT_INVALID);
    expect(await refused(alice, plain({ size: 100 }))).toBe(ErrorCode.CONTENT_INVALID);
  });

  test('[OFFER-20] what offers no file as it should is refused', async () => {
    await uploaded(alice);
    expect(await refused(alice, plain())).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await refused(alice, plain(), digest(2))).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await refused(alice, said('look'), digest(1))).toBe(ErrorCode.ARGUMENT_INVALID);
    const bad: Fields[] = [
      { name: ' ' },
      { name: 'a\nb' },
      { name: 'x'.repeat(256) },
      { mediaType: 'Not One' },
      { size: 1.5 + BIG },
      { size: Number.NaN },
      { size: -1 },
      { size: Number.POSITIVE_INFINITY },
      { sha256: NOTHING },
      { text: 'x'.repeat(MESSAGE_MAX_BYTES + 1) },
      { inline: Uint8Array.of(1) },
    ];
    for (const fields of bad)
      expect(await refused(alice, plain(fields), fields.sha256 ?? digest(1))).toBe(ErrorCode.CONTENT_INVALID);
    const long = plain({ name: 'x'.repeat(FILE_MESSAGE_MAX_BYTES) });
    expect(await refused(alice, long, digest(1))).toBe(ErrorCode.CONTENT_TOO_LARGE);
    await send(alice, plain(), digest(1));
  });

  test('[OFFER-22] [SEND-2] a message whose upload is used up is a duplicate when it comes again', async () => {
    await uploaded(alice);
    const clientMessageId = id();
    const first = await send(alice, plain(), digest(1), tea, clientMessageId);
    const gone = { room: tea, sequence: first.sequence, clientMessageId: id() };
    await asking.ask(alice, 'changeMessage', { ...gone, change: { case: 'delete', value: {} } });
    expect(await refused(alice, plain(), digest(1))).toBe(ErrorCode.FILE_GONE);
    const again = await send(alice, plain(), digest(1), tea, clientMessageId);
    expect(again).toMatchObject({ sequence: first.sequence, duplicate: true });
  });

  test('[OFFER-22] one upload goes to several people, each of whom is offered it', async () => {
    const cam = await world.user('cam');
    await uploaded(alice);
    const { outcomes } = await sendTo(alice, [bob, cam], plain(), digest(1));
    const accepted = outcomes.map((outcome) => outcome.accepted);
    expect(accepted).toHaveLength(2);
    for (const one of accepted)
      expect(await offerAt((one?.room ?? 0) as RoomNumber, one?.sequence ?? 0)).toBeDefined();
    const { outcomes: missing } = await sendTo(alice, [bob], plain({ sha256: digest(2) }), digest(2));
    expect(missing).toMatchObject([{ error: ErrorCode.FILE_GONE }]);
  });

  test('[OFFER-22] [MENTION-1] what is said of a file mentions people, in a room, in a thread and directly', async () => {
    const bytes = world.random.bytes(10);
    const root = await asking.say(alice, tea, 'root');
    await send(alice, inline(bytes, { text: 'for @bob' }));
    const reply = { room: tea, thread: root.sequence, clientMessageId: id(), file: NOTHING };
    await asking.ask(alice, 'sendMessage', { ...reply, content: inline(bytes, { text: '@bob too' }) });
    await sendTo(alice, [bob], inline(bytes, { text: '@bob directly' }));
    const { events } = await asking.ask(bob, 'readMentions', {});
    expect(events.map((event) => contentOf(event))).toMatchObject([
      { value: { text: '@bob directly' } },
      { value: { text: '@bob too' } },
      { value: { text: 'for @bob' } },
    ]);
  });

  test('[OFFER-22] [SLOW-1] slow mode holds for files, and a file refused by it keeps its upload', async () => {
    await asking.ask(alice, 'changeRoom', { room: numbered(tea), settings: { slowModeSeconds: 60 } });
    await uploaded(bob);
    await asking.say(bob, tea, 'first');
    expect(await refused(bob, plain(), digest(1))).toBe(ErrorCode.RATE_LIMITED);
    await world.clock.advance(60_000);
    await send(bob, plain(), digest(1));
  });

  test('[OFFER-22] in the lobby a file is a broadcast', async () => {
    const bytes = world.random.bytes(10);
    for (let sent = 0; sent < 30; sent++) await send(alice, inline(bytes), NOTHING, LOBBY);
    expect(await refused(alice, inline(bytes), NOTHING, LOBBY)).toBe(ErrorCode.RATE_LIMITED);
  });

  test('[OFFER-23] an edit changes what is said of a file, never the file', async () => {
    await uploaded(alice);
    const { sequence } = await send(alice, plain({ text: 'old' }), digest(1));
    const edit = (value: Uint8Array) => ({
      room: tea,
      sequence,
      clientMessageId: id(),
      change: { case: 'edit' as const, value },
    });
    await asking.ask(alice, 'changeMessage', edit(said('new')));
    expect(await asking.refused(alice, 'changeMessage', edit(plain()))).toBe(ErrorCode.CONTENT_INVALID);
    const bytes = world.random.bytes(10);
    expect(await asking.refused(alice, 'changeMessage', edit(inline(bytes)))).toBe(ErrorCode.CONTENT_INVALID);
    const long = inline(world.random.bytes(FILE_INLINE_MAX_BYTES));
    expect(await asking.refused(alice, 'changeMessage', edit(long))).toBe(ErrorCode.CONTENT_TOO_LARGE);
    expect(await offerAt(tea, sequence)).toBeDefined();
    const { events, states } = await asking.ask(bob, 'readHistory', { stream: roomStream(tea) });
    expect(events.some((event) => contentOf(event).case === 'file')).toBe(true);
    expect(states).toMatchObject([{ target: sequence, edits: 1 }]);
  });
});

describe('answers', () => {
  const answer = (room: RoomNumber, sequence: number, accepted: boolean, clientMessageId = id()) => ({
    room,
    sequence,
    clientMessageId,
    change: { case: 'acceptFile' as const, value: accepted },
  });
  const answered = (who: LoggedIn, room: RoomNumber, sequence: number, accepted: boolean) =>
    asking.ask(who, 'changeMessage', answer(room, sequence, accepted));
  const refusedAnswer = (who: LoggedIn, room: RoomNumber, sequence: number, accepted = true) =>
    asking.refused(who, 'changeMessage', answer(room, sequence, accepted));

  /** What alice sent to bob. */
  async function sent(content: Uint8Array, file: Uint8Array = NOTHING) {
    const { outcomes } = await sendTo(alice, [bob], content, file);
    const accepted = outcomes[0]?.accepted;
    return { room: (accepted?.room ?? 0) as RoomNumber, sequence: accepted?.sequence ?? 0 };
  }

  async function offered(content = plain()) {
    await uploaded(alice);
    return sent(content, digest(1));
  }

  const stateOf = async (room: RoomNumber) => {
    const { states } = await asking.ask(bob, 'readHistory', { stream: roomStream(room) });
    return states.at(-1)?.fileAnswer;
  };

  test('[ANSWER-1] [ANSWER-2] the recipient accepts: an event, a state, and the file stays offered', async () => {
    for (const content of [plain(), sealed]) {
      const { room, sequence } = await offered(content);
      const { sequence: event } = await answered(bob, room, sequence, true);
      const { events } = await asking.ask(alice, 'readHistory', {
        stream: roomStream(room),
        after: event - 1,
      });
      expect(events).toMatchObject([
        { kind: EventKind.FILE_ACCEPTED, relatesTo: sequence, sender: bob.number, content: NOTHING },
      ]);
      expect(await stateOf(room)).toBe(FileAnswer.ACCEPTED);
      expect(await offerAt(room, sequence)).toBeDefined();
    }
  });

  test('[ANSWER-2] [ANSWER-4] declining is for good: the message offers no file, its words stay', async () => {
    const { room, sequence } = await offered(plain({ text: 'look' }));
    await answered(bob, room, sequence, false);
    expect(await offerAt(room, sequence)).toBeUndefined();
    expect(await stateOf(room)).toBe(FileAnswer.DECLINED);
    expect(await answered(bob, room, sequence, false)).toMatchObject({ duplicate: true, sequence });
    expect(await refusedAnswer(bob, room, sequence)).toBe(ErrorCode.FILE_GONE);
    const { events } = await asking.ask(bob, 'readHistory', { stream: roomStream(room) });
    const [message] = events.filter(({ kind }) => kind === EventKind.MESSAGE);
    expect(contentOf(message)).toMatchObject({ case: 'file', value: { text: 'look' } });
    // Nobody offers it any more.
    expect(await refused(alice, plain(), digest(1))).toBe(ErrorCode.FILE_GONE);
  });

  test('[ANSWER-2] [CHANGE-3] what was accepted is not declined, and the same answer again changes nothing', async () => {
    const { room, sequence } = await offered();
    const clientMessageId = id();
    const first = await asking.ask(bob, 'changeMessage', answer(room, sequence, true, clientMessageId));
    const again = await asking.ask(bob, 'changeMessage', answer(room, sequence, true, clientMessageId));
    expect(again).toMatchObject({ sequence: first.sequence, duplicate: true });
    expect(await answered(bob, room, sequence, true)).toMatchObject({ sequence, duplicate: true });
    expect(await refusedAnswer(bob, room, sequence, false)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await offerAt(room, sequence)).toBeDefined();
  });

  test('[ANSWER-1] [PERMISSION-1] nobody else answers, nowhere else, and only what is a file', async () => {
    const { room, sequence } = await offered();
    expect(await refusedAnswer(alice, room, sequence)).toBe(ErrorCode.PERMISSION_DENIED);
    const cam = await world.user('cam');
    expect(await refusedAnswer(cam, room, sequence)).toBe(ErrorCode.NOT_FOUND);
    const inRoom = await send(alice, plain(), digest(1));
    expect(await refusedAnswer(bob, tea, inRoom.sequence)).toBe(ErrorCode.PERMISSION_DENIED);
    for (const content of [said('hi'), sealed]) {
      const other = await sent(content);
      for (const accepted of [true, false])
        expect(await refusedAnswer(bob, other.room, other.sequence, accepted)).toBe(ErrorCode.FILE_GONE);
    }
    const change = { case: 'delete' as const, value: {} };
    await asking.ask(alice, 'changeMessage', { room, sequence, clientMessageId: id(), change });
    expect(await refusedAnswer(bob, room, sequence)).toBe(ErrorCode.MESSAGE_GONE);
  });

  test('[ANSWER-1] who blocked the sender, or is blocked, still answers', async () => {
    const { room, sequence } = await offered();
    const block = (user: LoggedIn) => ({
      setting: { setting: { case: 'block' as const, value: { user: user.number, blocked: true } } },
    });
    await asking.ask(bob, 'setSetting', block(alice));
    await asking.ask(alice, 'setSetting', block(bob));
    await answered(bob, room, sequence, false);
    expect(await offerAt(room, sequence)).toBeUndefined();
  });

  test('[ANSWER-3] a file in a message is answered as others are', async () => {
    const { room, sequence } = await sent(inline(world.random.bytes(10)));
    await answered(bob, room, sequence, true);
    expect(await stateOf(room)).toBe(FileAnswer.ACCEPTED);
    const other = await sent(inline(world.random.bytes(10)));
    await answered(bob, other.room, other.sequence, false);
    expect(await refusedAnswer(bob, other.room, other.sequence)).toBe(ErrorCode.FILE_GONE);
  });

  test('[CHANGE-1] [ANSWER-1] a number that is no message, or another room, is as with other changes', async () => {
    const { room } = await offered();
    expect(await refusedAnswer(bob, room, 1)).toBe(ErrorCode.MESSAGE_GONE);
    expect(await refusedAnswer(bob, room, 2 ** 32 - 1)).toBe(ErrorCode.MESSAGE_GONE);
    expect(await refusedAnswer(bob, 999 as RoomNumber, 1)).toBe(ErrorCode.NOT_FOUND);
  });
});
