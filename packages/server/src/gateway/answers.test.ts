/** What is told of answers while they are written, and how they end (I2, I3). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import type { RoomNumber } from '@sotto/model';
import { AnswerEnd, ErrorCode, SummarySchema, TranslationSchema } from '@sotto/schema';
import { ProviderError } from '../assistants/provider.ts';
import {
  dawdling,
  endsOf,
  heardOf,
  saidIn,
  stateName,
  statesOf,
  text,
  textOf,
  updatesOf,
  wait,
} from '../testing/answers.ts';
import { type AskedWorld, createAskedWorld, DOWN, LOBBY, searchFor } from '../testing/asked-world.ts';
import { named, numbered } from '../testing/asking.ts';
import { PasswordClient } from '../testing/password-client.ts';
import { answering, type Script } from '../testing/scripted-provider.ts';
import { plain } from '../testing/talk.ts';
import { type LoggedIn, refusal } from '../testing/world.ts';

let { world, asking, owner, alice, bob, later, ask, privately, watch, logged } = {} as AskedWorld;

async function begin(...of: Parameters<typeof createAskedWorld>): Promise<void> {
  await world?.close();
  ({ world, asking, owner, alice, bob, later, ask, privately, watch, logged } = await createAskedWorld(
    ...of,
  ));
}

beforeEach(() => begin());

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
  world = undefined as unknown as AskedWorld['world'];
});

async function room(name: string, ...others: readonly LoggedIn[]): Promise<RoomNumber> {
  const number = await asking.room(alice, name, 'private');
  for (const other of others) await asking.enter(alice, other, number);
  await asking.ask(alice, 'addMember', { room: numbered(number), user: named('assistant') });
  return number;
}

describe('while it is written (I2)', () => {
  test('[REPLY-5] pieces come at most five a second, each with the text since the one before; the end after the message', async () => {
    const words = Array.from({ length: 100 }, (_, at) => [text(`word ${at} `), wait(20)]).flat();
    world.provider.next([...words, { kind: 'end' }]);
    const phone = await world.device(alice);
    await asking.follow(alice, LOBBY);
    await watch(bob, LOBBY);
    await ask(alice, LOBBY);
    await later(5_000);
    for (const who of [alice, phone, bob]) {
      const states = statesOf(who);
      expect(states.filter((state) => state === 'writing').length).toBeGreaterThan(8);
      expect(states.filter((state) => state === 'writing').length).toBeLessThanOrEqual(12);
      expect(states.at(-1)).toBe('DONE');
      const known = textOf(who, updatesOf(who)[0]?.id ?? 0);
      expect(known.startsWith('word 0 word 1 word 2')).toBe(true);
    }
    const order = alice.peer.pushes.filter(({ name }) => name === 'event' || name === 'answerUpdate');
    const last = heardOf(alice, LOBBY).at(-1);
    expect(order.at(-1)?.name).toBe('answerUpdate');
    expect(order.at(-2)).toMatchObject({ name: 'event', message: { sequence: last?.sequence } });
    expect(endsOf(alice)).toMatchObject([{ end: AnswerEnd.DONE, sequence: last?.sequence, text: '' }]);
  });

  test('[REPLY-5] only who may read the room at that moment hears of it, also among those who watch', async () => {
    const tea = await room('tea', bob);
    await watch(bob, tea);
    expect(await refusal(watch(owner, tea))).toBe(ErrorCode.NOT_FOUND);
    world.provider.next([text('one '), wait(2_000), text('two '), wait(2_000), { kind: 'end' }]);
    await ask(alice, tea);
    await later(1_000);
    expect(textOf(bob, updatesOf(bob)[0]?.id ?? 0)).toBe('one ');
    await asking.ask(bob, 'leaveRoom', { room: numbered(tea) });
    const before = updatesOf(bob).length;
    await later(5_000);
    expect(updatesOf(bob).length).toBe(before);
    expect(statesOf(alice).at(-1)).toBe('DONE');
    expect(statesOf(owner)).toEqual([]);
  });

  test('[REPLY-5] nobody who has not asked to watch is told, nor who watches something else by now', async () => {
    const tea = await room('tea', bob, owner);
    await watch(bob, tea);
    await watch(bob, LOBBY);
    await ask(alice, tea);
    await later();
    expect([...statesOf(bob), ...statesOf(owner)]).toEqual([]);
  });

  test('[REPLY-2] [REPLY-5] pieces are whole characters, and neither images nor tags ever', async () => {
    const whole = 'see ![x](https://evil.example/a) and <img src=x> 👩‍💻 é \ud83d\ude00 end';
    const units = whole.split('').map((unit) => [text(unit), wait(201)]);
    world.provider.next([...units.flat(), { kind: 'end' }]);
    await asking.follow(alice, LOBBY);
    await ask(alice, LOBBY);
    await later(30_000);
    const known = textOf(alice, updatesOf(alice)[0]?.id ?? 0);
    expect(known).toBe('see [x](https://evil.example/a) and < img src=x> 👩‍💻 é 😀 end');
    expect(saidIn(alice, LOBBY).at(-1)).toBe(known);
    for (const { state } of updatesOf(alice))
      if (state.case === 'writing') expect(state.value.text.isWellFormed()).toBe(true);
  });

  test('[REPLY-5] a connection that does not keep up misses pieces, holds up nobody, and hears the end after the message', async () => {
    const tea = await room('tea', bob);
    await asking.follow(bob, tea);
    await watch(bob, tea);
    world.network.pauseReading(bob.peer.connection, true);
    // More than may be under way to one connection.
    for (let message = 0; message < 200; message++) await asking.say(alice, tea, 'x'.repeat(16_000));
    world.provider.next([
      ...Array.from({ length: 20 }, () => [text('word '), wait(200)]).flat(),
      { kind: 'end' },
    ]);
    await ask(alice, tea);
    await later(10_000);
    expect(statesOf(alice).at(-1)).toBe('DONE');
    expect(statesOf(bob)).toEqual([]);
    world.network.pauseReading(bob.peer.connection, false);
    await later(2_000);
    expect(statesOf(bob)).toEqual(['DONE']);
    const order = bob.peer.pushes.filter(({ name }) => name === 'event' || name === 'answerUpdate');
    expect(order.at(-1)?.name).toBe('answerUpdate');
    expect(heardOf(bob, tea).at(-1)?.sequence).toBe(endsOf(bob)[0]?.sequence ?? 0);
  });

  test('[REPLY-6] who asks is told each as it is, whole: those that wait, are written, and have ended in private', async () => {
    await begin({ parallel: 1 });
    world.provider.next([text('one '), text('two '), wait(4_000), { kind: 'end' }]);
    await ask(alice, LOBBY);
    await later(500);
    await privately(alice);
    await later(500);
    const now = async (who: LoggedIn, ...rooms: readonly number[]) =>
      (await watch(who, ...rooms)).answers.map((answer) => ({
        says: stateName(answer),
        state: answer.state,
      }));
    expect((await now(alice)).map(({ says }) => says).sort()).toEqual(['waiting 1', 'writing']);
    expect((await now(alice)).find(({ says }) => says === 'writing')?.state.value).toMatchObject({
      offset: 0,
      text: 'one two ',
    });
    expect(await now(bob)).toEqual([]);
    expect((await now(bob, LOBBY)).map(({ says }) => says)).toEqual(['writing']);
    await later(10_000);
    expect((await now(alice)).map(({ state }) => state.value)).toMatchObject([
      { end: AnswerEnd.DONE, text: 'Yes.' },
    ]);
    // Of the session, wherever it goes on; of no other.
    expect(await now(await world.device(alice))).toEqual([]);
    const moved = await world.device(alice, alice.session);
    expect((await now(moved)).length).toBe(1);
    await later(60_000);
    expect(await now(moved)).toEqual([]);
  });

  test('[REPLY-5] what an API token may not read is not told to who came with it', async () => {
    const client = await PasswordClient.create(world, 'carol', 'first');
    await client.prove('first');
    const bots: PasswordClient[] = [];
    for (const scopes of [['write'], ['read', 'write']]) {
      const { token } = await client.request('createToken', { name: 'bot', scopes });
      const bot = await PasswordClient.connect(world);
      await bot.logInWithToken(token);
      bots.push(bot);
    }
    const content = plain('@assistant well?');
    await bots[0]?.request('sendMessage', { room: LOBBY, clientMessageId: world.random.bytes(16), content });
    await later();
    expect(bots.map(({ peer }) => peer.pushed('answerUpdate').length > 0)).toEqual([false, true]);
  });

  test('[REPLY-6] rooms that do not exist and more than sixteen are refused', async () => {
    expect(await refusal(watch(alice, 4_000_000))).toBe(ErrorCode.NOT_FOUND);
    expect(await refusal(watch(alice, ...Array.from({ length: 17 }, () => 1)))).toBe(
      ErrorCode.ARGUMENT_INVALID,
    );
  });
});

describe('asking alone (I2)', () => {
  test('[ASK-3] what is asked in private is told to the session that asked, and is nowhere else', async () => {
    const phone = await world.device(alice);
    await asking.follow(alice, LOBBY);
    await asking.say(bob, LOBBY, 'the tea is in the kitchen');
    await watch(bob, LOBBY);
    world.provider.next([text('In the '), wait(500), text('kitchen.'), { kind: 'end' }]);
    const { answer } = await privately(alice, searchFor('where is the tea?'));
    expect(answer).toMatchObject({ asker: alice.number, room: 0, question: 0 });
    await later();
    expect(textOf(alice, answer?.id ?? 0)).toBe('In the kitchen.');
    expect(endsOf(alice)).toMatchObject([{ end: AnswerEnd.DONE, sequence: 0, text: 'In the kitchen.' }]);
    expect([...statesOf(phone), ...statesOf(bob)]).toEqual([]);
    expect(saidIn(alice, LOBBY)).toEqual(['the tea is in the kitchen']);
  });

  test('[ASK-3] [ASK-4] what may not be asked is refused at once', async () => {
    const summary = (number: number) => ({
      case: 'summary' as const,
      value: create(SummarySchema, { room: number }),
    });
    const translation = {
      case: 'translation' as const,
      value: create(TranslationSchema, { room: 1, sequence: 1 }),
    };
    const secret = await asking.room(bob, 'secret', 'private');
    const plain = await asking.room(alice, 'plain', 'private');
    const refused = (
      task: Parameters<typeof privately>[1] | ReturnType<typeof summary> | typeof translation,
    ) => refusal(asking.ask(alice, 'askAssistant', { task: task as never }));
    expect(await refused(summary(secret))).toBe(ErrorCode.NOT_FOUND);
    expect(await refused(summary(plain))).toBe(ErrorCode.ASSISTANT_NOT_HERE);
    expect(await refused(summary(LOBBY))).toBe(ErrorCode.MESSAGE_GONE);
    expect(await refused(translation)).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await refused(searchFor(' '))).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await refused(searchFor('x'.repeat(1_001)))).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await refusal(asking.ask(alice, 'askAssistant', {}))).toBe(ErrorCode.ARGUMENT_INVALID);
    const other = { assistant: bob.number, task: searchFor('is all well?') };
    expect(await refusal(asking.ask(alice, 'askAssistant', other))).toBe(ErrorCode.ASSISTANT_OFF);
    expect(world.provider.requests.length).toBe(0);
  });
});

describe('how it ends (I3)', () => {
  test('[ASK-4] a provider that fails is told to the asker alone, once, without its reason; that is in the log', async () => {
    world.provider.next(DOWN);
    const phone = await world.device(alice);
    await asking.follow(bob, LOBBY);
    await watch(bob, LOBBY);
    await ask(alice, LOBBY);
    await later();
    for (const who of [alice, phone]) {
      expect(endsOf(who)).toMatchObject([
        { end: AnswerEnd.FAILED, error: { code: ErrorCode.ASSISTANT_UNAVAILABLE } },
      ]);
      expect(endsOf(who)[0]?.error?.detail).toBe('');
    }
    expect(endsOf(bob)).toMatchObject([{ end: AnswerEnd.FAILED }]);
    expect(endsOf(bob)[0]?.error).toBeUndefined();
    expect(saidIn(bob, LOBBY)).toEqual(['@assistant well?']);
    expect(logged()).toMatchObject([
      { outcome: 'failed', fault: 'unauthorized', reason: 'the key is wrong' },
    ]);
  });

  test.each([
    [
      'the provider',
      [text('so far'), { kind: 'fail', error: new ProviderError('unreachable', '') }],
      'the service behind it failed',
    ],
    ['time', [text('so far'), { kind: 'hang' }], 'too long'],
    ['its length', [text('so far'), { kind: 'end', reason: 'length' }], 'too long'],
    [
      'the provider that keeps the rest back',
      [text('so far'), { kind: 'end', reason: 'filtered' }],
      'keeps the rest',
    ],
  ] as [string, Script, string][])(
    '[REPLY-3] broken off by %s it is said as far as it got, and says why',
    async (_by, script, why) => {
      world.provider.next(script);
      await asking.follow(alice, LOBBY);
      await ask(alice, LOBBY);
      await later(61_000);
      expect(statesOf(alice).at(-1)).toBe('CUT_OFF');
      const said = String(saidIn(alice, LOBBY).at(-1)).split('\n');
      expect(said[0]).toBe('so far');
      expect(said.at(-1)).toMatch(/^\[.*\]$/);
      expect(said.at(-1)).toContain(why);
    },
  );

  test('[REPLY-1] [REPLY-3] an answer beyond 16,384 bytes is cut off, asks for no more, and fits', async () => {
    world.provider.next(Array.from({ length: 200 }, () => text('ответ '.repeat(40))));
    await asking.follow(alice, LOBBY);
    await ask(alice, LOBBY);
    await later(5_000);
    const said = String(saidIn(alice, LOBBY).at(-1));
    expect(Buffer.byteLength(said)).toBeLessThanOrEqual(16_384);
    expect(Buffer.byteLength(said)).toBeGreaterThan(16_000);
    expect(said).toContain('too long]');
    expect(world.provider.active).toBe(0);
  });

  test('[REPLY-3] a server that stops says what was written, and stops although the provider never ends', async () => {
    world.provider.otherwise = [text('so far'), { kind: 'hang' }];
    await asking.follow(alice, LOBBY);
    await ask(alice, LOBBY);
    world.provider.next([{ kind: 'hang' }]);
    await ask(bob, LOBBY);
    await later(10);
    await privately(bob);
    await later();
    const begunMs = world.clock.now();
    await world.run(world.core.stop());
    expect(world.clock.now() - begunMs).toBeLessThan(5_000);
    await later(100);
    // Who is here hears it before the goodbye.
    expect(saidIn(alice, LOBBY).at(-1)).toBe('so far\n\n[cut off: the server stopped]');
    expect(statesOf(alice).at(-1)).toBe('CUT_OFF');
    const stored = await world.store.events.readBefore(4 as never, 0 as never, 10);
    expect(stored.length).toBeGreaterThanOrEqual(3);
    const texts = stored.map(({ content }) => Buffer.from(content).toString());
    expect(texts.filter((said) => said.includes('the server stopped]')).length).toBe(1);
  });

  test('[REPLY-4] its asker stops it, and moderators of the room; nobody else can tell that it is there', async () => {
    const tea = await room('tea', bob, owner);
    await asking.ask(alice, 'changeMember', {
      room: numbered(tea),
      user: numbered(owner.number),
      change: { case: 'role', value: 3 },
    });
    await asking.follow(bob, tea);
    world.provider.otherwise = dawdling('half a');
    const stop = (who: LoggedIn, answer: number) => refusal(asking.ask(who, 'stopAnswer', { answer }));
    for (const by of [bob, owner]) {
      await ask(bob, tea);
      await later(500);
      const id = updatesOf(bob).at(-1)?.id ?? 0;
      const stranger = await world.user(`stranger${id}`);
      expect(await stop(stranger, id)).toBe(ErrorCode.NOT_FOUND);
      expect(await stop(by, id)).toBeUndefined();
      await later(500);
      expect(statesOf(bob).at(-1)).toBe('STOPPED');
      expect(saidIn(bob, tea).at(-1)).toBe('half a\n\n[stopped]');
      expect(await stop(by, id)).toBe(ErrorCode.NOT_FOUND);
    }
    expect(world.provider.active).toBe(0);
  });

  test('[REPLY-4] stopped before there is text, or while it waits, nothing is said; a private one is its asker’s alone', async () => {
    await begin({ parallel: 1 });
    await asking.follow(alice, LOBBY);
    world.provider.otherwise = [wait(30_000), ...answering('late')];
    await ask(alice, LOBBY);
    await ask(alice, LOBBY);
    await later(500);
    const ids = [...new Set(updatesOf(alice).map(({ id }) => id))];
    expect(ids.length).toBe(2);
    const hidden = await privately(alice);
    expect(await refusal(asking.ask(owner, 'stopAnswer', { answer: hidden.answer?.id ?? 0 }))).toBe(
      ErrorCode.NOT_FOUND,
    );
    for (const answer of [...ids.reverse(), hidden.answer?.id ?? 0]) {
      await asking.ask(alice, 'stopAnswer', { answer });
      await later(300);
    }
    expect(endsOf(alice).map(({ end, sequence }) => [end, sequence])).toEqual([
      [AnswerEnd.STOPPED, 0],
      [AnswerEnd.STOPPED, 0],
      [AnswerEnd.STOPPED, 0],
    ]);
    expect(saidIn(alice, LOBBY)).toEqual(['@assistant well?', '@assistant well?']);
    expect(world.provider.active).toBe(0);
  });

  test('[REPLY-7] the questions of who is suspended or deleted end with them', async () => {
    world.provider.otherwise = dawdling('half');
    await asking.follow(alice, LOBBY);
    await ask(bob, LOBBY);
    await later(500);
    await world.core.accounts.administration.suspend(owner.session.user, bob.session.user, 'spam');
    await later(3_000);
    expect(world.provider.active).toBe(0);
    expect(saidIn(alice, LOBBY)).toEqual(['@assistant well?']);
  });
});
