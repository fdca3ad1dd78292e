/** Questions and answers over connections, from the first word to the last (I1-I3). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import type { RoomNumber } from '@sotto/model';
import { Delivery, ErrorCode, KickSchema, MuteSchema, RoomSettingsSchema } from '@sotto/schema';
import { makeAssistant } from '../assistants/accounts.ts';
import { encodeContent } from '../events/content.ts';
import { endsOf, heardOf, saidIn, statesOf } from '../testing/answers.ts';
import { Asking, named, numbered } from '../testing/asking.ts';
import { answering } from '../testing/scripted-provider.ts';
import { edit, plain, remove } from '../testing/talk.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

const LOBBY = 1 as RoomNumber;
let world: World;
let asking: Asking;
let alice: LoggedIn;
let bob: LoggedIn;

beforeEach(async () => {
  world = await createWorld({ assistants: {} });
  asking = new Asking(world);
  await world.user('owner');
  [alice, bob] = [await world.user('alice'), await world.user('bob')];
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

async function numberOf(name: string): Promise<number> {
  const found = await asking.ask(alice, 'lookUpUsers', { users: [named(name)] });
  return found.users[0]?.number ?? 0;
}

/** A room of alice's with these, and the assistant. */
async function roomWith(name: string, ...others: readonly LoggedIn[]): Promise<RoomNumber> {
  const room = await asking.room(alice, name, 'private');
  for (const other of others) await asking.enter(alice, other, room);
  await asking.ask(alice, 'addMember', { room: numbered(room), user: named('assistant') });
  return room;
}

function send(who: LoggedIn, room: number, text: string, of: { relatesTo?: number; thread?: number } = {}) {
  const fields = { room, clientMessageId: world.random.bytes(16), content: plain(text), ...of };
  return asking.ask(who, 'sendMessage', fields);
}

const change = (
  who: LoggedIn,
  room: number,
  sequence: number,
  what: typeof remove | ReturnType<typeof edit>,
) =>
  asking.ask(who, 'changeMessage', { room, sequence, clientMessageId: world.random.bytes(16), change: what });

const later = (ms = 1_000) => world.clock.advance(ms);
const asked = () => world.provider.requests.length;

describe('who is asked (I2)', () => {
  test('[ASK-1] [REPLY-1] a mention in the lobby is answered by a message that answers it', async () => {
    world.provider.next(answering('Forty', '-two.'));
    await asking.follow(bob, LOBBY);
    const { sequence } = await asking.say(alice, LOBBY, '@assistant what is it?');
    await later();
    const [, answer] = heardOf(bob, LOBBY);
    expect(saidIn(bob, LOBBY)).toEqual(['@assistant what is it?', 'Forty-two.']);
    expect(answer).toMatchObject({ relatesTo: sequence, thread: 0, sender: await numberOf('assistant') });
    expect(endsOf(alice)).toMatchObject([{ sequence: answer?.sequence }]);
  });

  test('[ASK-1] [REPLY-1] so is an answer to one of its messages, in the thread of the question', async () => {
    const room = await roomWith('tea', bob);
    await asking.follow(bob, room);
    const root = (await send(bob, room, '@assistant first')).sequence;
    await later();
    const [, first] = heardOf(bob, room);
    const second = await send(bob, room, 'and then?', { relatesTo: first?.sequence ?? 0, thread: root });
    await later();
    expect(heardOf(bob, room).at(-1)).toMatchObject({ relatesTo: second.sequence, thread: root });
    // Of somebody else.
    await send(bob, room, 'and this?', { relatesTo: root });
    await later();
    expect(asked()).toBe(2);
  });

  test('[ASK-1] [ASSIST-4] in the direct room with it every message is one; it is there, so nothing is queued for it', async () => {
    const content = encodeContent({ case: 'plain', value: 'hello' });
    const direct = { recipients: [named('assistant')], clientMessageId: world.random.bytes(16), content };
    const { outcomes } = await asking.ask(alice, 'sendDirect', { ...direct, strict: true });
    expect(outcomes[0]?.delivery).toBe(Delivery.DELIVERED);
    const room = outcomes[0]?.accepted?.room ?? 0;
    await asking.follow(alice, room as RoomNumber);
    await later();
    await send(alice, room, 'again');
    await later();
    expect(saidIn(alice, room)).toEqual(['hello', 'Yes.', 'again', 'Yes.']);
  });

  test('[ASK-1] @room, edits, sealed messages, and what nobody is asked by, ask nobody', async () => {
    const room = await roomWith('tea', bob);
    const { sequence } = await send(alice, room, 'nothing');
    await send(alice, room, '@room hello, `@assistant`');
    await change(alice, room, sequence, edit('@assistant now?'));
    const sealed = encodeContent({ case: 'sealed', value: new Uint8Array([64, 64]) });
    const direct = await asking.ask(alice, 'sendDirect', {
      recipients: [named('assistant')],
      clientMessageId: world.random.bytes(16),
      content: sealed,
    });
    expect(direct.outcomes[0]?.accepted?.sequence).toBeGreaterThan(0);
    await later();
    expect(asked()).toBe(0);
    expect(statesOf(alice)).toEqual([]);
  });

  test('[ASK-1] each that is named answers, once each, and they do not answer each other', async () => {
    await makeAssistant({ assistants: world.store.assistants, ...world }, 'helper');
    await later(2_000);
    await asking.follow(alice, LOBBY);
    world.provider.otherwise = answering('@assistant @helper over to you');
    const message = {
      room: LOBBY,
      clientMessageId: world.random.bytes(16),
      content: plain('@assistant @helper @assistant: who is right?'),
    };
    await asking.ask(alice, 'sendMessage', message);
    await asking.ask(alice, 'sendMessage', message);
    await later();
    await asking.ask(alice, 'sendMessage', message);
    await later();
    expect(asked()).toBe(2);
    const answers = heardOf(alice, LOBBY).slice(1);
    expect(new Set(answers.map(({ sender }) => sender))).toEqual(
      new Set([await numberOf('assistant'), await numberOf('helper')]),
    );
    await asking.say(alice, LOBBY, '@helper once more');
    await later();
    expect(asked()).toBe(3);
  });

  test('[REPLY-1] an answer counts as unread, and mentions nobody', async () => {
    const room = await roomWith('tea', bob);
    world.provider.next(answering('ask @bob, @room'));
    await send(alice, room, '@assistant who knows?');
    await later();
    const { rooms } = await asking.ask(bob, 'readUnread', { streams: [4 * room] });
    expect(rooms[0]).toMatchObject({ unread: 2, mentions: 0 });
  });

  test('[REPLY-1] slow mode and the allowance of the lobby are for people', async () => {
    const room = await roomWith('tea', bob);
    const settings = create(RoomSettingsSchema, { slowModeSeconds: 600 });
    await asking.ask(alice, 'changeRoom', { room: numbered(room), settings });
    await asking.follow(alice, room);
    await send(alice, room, '@assistant 1');
    await later();
    await send(alice, room, '@assistant 2');
    await later();
    expect(saidIn(alice, room).filter((said) => said === 'Yes.').length).toBe(2);
    await asking.follow(alice, LOBBY);
    for (let question = 0; question < 35; question++) {
      await asking.say([alice, bob][question % 2] as LoggedIn, LOBBY, '@assistant go');
      await later(100);
    }
    expect(saidIn(alice, LOBBY).filter((said) => said === 'Yes.').length).toBe(35);
  });
});

describe('where it does not answer (I2, I3)', () => {
  test('[ASK-2] [ASK-4] where it is no member, its asker is told so, once on each connection, and nobody else', async () => {
    const room = await asking.room(alice, 'tea', 'private');
    await asking.enter(alice, bob, room);
    const phone = await world.device(alice);
    await asking.ask(bob, 'watchAnswers', { rooms: [room] });
    await asking.follow(bob, room);
    const { sequence } = await send(alice, room, '@assistant here?');
    await later();
    for (const who of [alice, phone]) {
      expect(statesOf(who)).toEqual(['FAILED']);
      expect(endsOf(who)[0]?.error?.code).toBe(ErrorCode.ASSISTANT_NOT_HERE);
      const [update] = who.peer.pushed('answerUpdate');
      expect(update?.answer).toMatchObject({ room, question: sequence, asker: alice.number });
    }
    expect(statesOf(bob)).toEqual([]);
    expect(saidIn(bob, room)).toEqual(['@assistant here?']);
    expect(asked()).toBe(0);
  });

  test('[ASK-2] nor where the room forbids it, where it is muted, or where only moderators write', async () => {
    const room = await roomWith('tea');
    await asking.ask(alice, 'changeRoom', {
      room: numbered(room),
      settings: create(RoomSettingsSchema, { assistants: 3 }),
    });
    await send(alice, room, '@assistant may you?');
    const news = await asking.room(alice, 'news', 'announcement');
    await asking.ask(alice, 'addMember', { room: numbered(news), user: named('assistant') });
    await send(alice, news, '@assistant may you?');
    const quiet = await roomWith('quiet');
    const mute = { case: 'mute' as const, value: create(MuteSchema) };
    await asking.ask(alice, 'changeMember', {
      room: numbered(quiet),
      user: named('assistant'),
      change: mute,
    });
    await send(alice, quiet, '@assistant may you?');
    await later();
    expect(endsOf(alice).map(({ error }) => error?.code)).toEqual([
      ErrorCode.ASSISTANT_NOT_HERE,
      ErrorCode.ASSISTANT_NOT_HERE,
      ErrorCode.ASSISTANT_NOT_HERE,
    ]);
    expect(asked()).toBe(0);
  });

  test('[REPLY-7] a question that is deleted meanwhile is not answered: waiting, or half written', async () => {
    const room = await roomWith('tea', bob);
    await asking.follow(bob, room);
    world.provider.otherwise = [
      { kind: 'text', text: 'the secret is' },
      { kind: 'wait', ms: 5_000 },
      { kind: 'end' },
    ];
    const { sequence } = await send(alice, room, '@assistant tell');
    await later(500);
    expect(world.provider.active).toBe(1);
    await change(alice, room, sequence, remove);
    await later(10_000);
    expect(world.provider.active).toBe(0);
    expect(statesOf(alice).at(-1)).toBe('STOPPED');
    expect(endsOf(alice).at(-1)?.sequence).toBe(0);
    expect(saidIn(bob, room)).toEqual(['@assistant tell']);
  });

  test('[REPLY-7] who leaves the room meanwhile is told that it failed, and nothing is said', async () => {
    const room = await roomWith('tea', bob);
    await asking.follow(alice, room);
    await asking.ask(alice, 'watchAnswers', { rooms: [room] });
    world.provider.otherwise = [{ kind: 'text', text: 'half' }, { kind: 'wait', ms: 5_000 }, { kind: 'end' }];
    await send(bob, room, '@assistant tell');
    await later(500);
    await asking.ask(bob, 'leaveRoom', { room: numbered(room) });
    await later(10_000);
    expect(endsOf(bob).map(({ error }) => error?.code)).toEqual([ErrorCode.ASSISTANT_NOT_HERE]);
    expect(statesOf(alice).at(-1)).toBe('FAILED');
    expect(endsOf(alice)[0]?.error).toBeUndefined();
    expect(saidIn(alice, room)).toEqual(['@assistant tell']);
    // The assistant itself.
    await send(alice, room, '@assistant and me?');
    await later(500);
    const kick = { case: 'kick' as const, value: create(KickSchema) };
    await asking.ask(alice, 'changeMember', {
      room: numbered(room),
      user: named('assistant'),
      change: kick,
    });
    await later(10_000);
    expect(endsOf(alice).at(-1)?.error?.code).toBe(ErrorCode.ASSISTANT_NOT_HERE);
    expect(world.provider.active).toBe(0);
    expect(saidIn(alice, room)).toEqual(['@assistant tell', '@assistant and me?']);
  });
});
