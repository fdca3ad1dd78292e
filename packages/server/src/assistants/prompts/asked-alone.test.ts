/** What reaches a prompt of what is answered to one person alone, and of files (I2, I3). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { LOBBY, type RoomNumber } from '@sotto/model';
import { AssistantAccess, HistoryAccess } from '@sotto/schema';
import type { LoggedIn } from '../../testing/world.ts';
import { type House, openHouse } from '../testing/house.ts';

let house: House;

beforeEach(async () => {
  house = await openHouse();
});

afterEach(async () => {
  await house.close();
  expect(house.world.errors).toEqual([]);
});

const summary = (room: number, of: { after?: number; sinceMs?: number } = {}) => ({
  case: 'summary' as const,
  value: { room, ...of },
});
const translation = (room: number, sequence: number, language = 'German') => ({
  case: 'translation' as const,
  value: { room, sequence, language },
});
const search = (value: string) => ({ case: 'search' as const, value });

const read = async (who: LoggedIn, room: RoomNumber, sequence: number) => {
  await house.asking.follow(who, room);
  who.peer.notify('acknowledge', { progress: [{ stream: 4 * room, delivered: sequence, read: sequence }] });
  await house.world.clock.advance(2_000);
};

describe('summaries (I2)', () => {
  test('[PROMPT-7] without more they are of what the asker has not read; without any: MESSAGE_GONE', async () => {
    const { alice, bob, garden, say, privately, refusedPrivately } = house;
    const last = await say(alice, garden, 'read before');
    await read(bob, garden, last);
    expect(await refusedPrivately(bob, summary(garden))).toBe('MESSAGE_GONE');
    await say(alice, garden, 'new');
    await say(bob, garden, 'of bob himself');
    await say(alice, garden, 'newer');
    const { texts, question, messages } = await privately(bob, summary(garden));
    expect(texts).toEqual(['new', 'newer']);
    expect(question).toEqual({ from: 'bob', now: expect.any(String) });
    expect(messages[0]).toEqual({ room: '#garden' });
  });

  test('[PROMPT-7] of what was said after a message, and since a time', async () => {
    const { world, alice, bob, garden, say, privately, refusedPrivately } = house;
    const first = await say(alice, garden, 'one');
    await say(bob, garden, 'two');
    await world.clock.advance(60_000);
    const sinceMs = world.clock.now();
    await world.clock.advance(1_000);
    const last = await say(alice, garden, 'three');
    expect((await privately(bob, summary(garden, { after: first }))).texts).toEqual(['two', 'three']);
    expect((await privately(bob, summary(garden, { sinceMs }))).texts).toEqual(['three']);
    expect((await privately(bob, summary(garden, { after: 1, sinceMs }))).texts).toEqual(['three']);
    expect(await refusedPrivately(bob, summary(garden, { after: last }))).toBe('MESSAGE_GONE');
    for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      expect(await refusedPrivately(bob, summary(garden, { sinceMs: bad }))).toBe('ARGUMENT_INVALID');
  });

  test('[PROMPT-7] where not all fit the newest are told, and how many are not', async () => {
    await house.close();
    house = await openHouse({ contextTokens: 2_500 });
    const { alice, bob, garden, say, privately } = house;
    for (let count = 1; count <= 80; count++)
      await say(alice, garden, `message ${count} of the many that there are`);
    const { texts, messages } = await privately(bob, summary(garden, { after: 1 }));
    expect(texts.at(-1)).toStartWith('message 80 ');
    expect(messages[0]?.notTold).toBe(`${80 - texts.length}`);
    expect(texts.length).toBeGreaterThan(5);
    expect(texts[0]).toStartWith(`message ${81 - texts.length} `);
  });

  test('[PROMPT-1] not of rooms that one may not read, nor of what was said before one came', async () => {
    const { alice, cleo, garden, say, set, asking, refusedPrivately, privately, kick } = house;
    await say(alice, garden, 'secret');
    expect(await refusedPrivately(cleo, summary(garden, { after: 1 }))).toBe('NOT_FOUND');
    expect(await refusedPrivately(cleo, summary(4_711, { after: 1 }))).toBe('NOT_FOUND');
    const open = await asking.room(alice, 'open');
    expect(await refusedPrivately(cleo, summary(open, { after: 1 }))).toBe('PERMISSION_DENIED');
    await set(alice, garden, { history: HistoryAccess.SINCE_JOINED });
    await asking.enter(alice, cleo, garden);
    await say(alice, garden, 'for all');
    expect((await privately(cleo, summary(garden, { after: 1 }))).texts).toEqual(['for all']);
    await kick(alice, garden, 'cleo');
    expect(await refusedPrivately(cleo, summary(garden, { after: 1 }))).toBe('NOT_FOUND');
  });
});

describe('translations (I2)', () => {
  test('[PROMPT-8] have the text of one message as it is now, and nothing else', async () => {
    const { alice, bob, garden, say, edit, set, privately } = house;
    const before = await say(alice, garden, 'before');
    const sequence = await say(alice, garden, 'Good morning', { relatesTo: before });
    await edit(alice, garden, sequence, 'Good evening');
    await set(alice, garden, { topic: 'greetings' });
    const { messages, question, file, user } = await privately(bob, translation(garden, sequence));
    expect(messages).toEqual([
      { message: `#garden/${sequence}`, from: 'alice', time: expect.any(String), text: 'Good evening' },
    ]);
    expect([question.into, file]).toEqual(['German', []]);
    expect(user).not.toMatch(/before|greetings|morning/);
  });

  test('[PROMPT-8] not of what is gone, hidden or no message', async () => {
    const { alice, bob, cleo, garden, board, say, remove, block, refusedPrivately } = house;
    const gone = await say(alice, garden, 'gone');
    const there = await say(alice, garden, 'there');
    await remove(alice, garden, gone);
    for (const sequence of [0, 1, gone, 9_999, 2 ** 32 - 1])
      expect(await refusedPrivately(bob, translation(garden, sequence))).toBe('MESSAGE_GONE');
    expect(await refusedPrivately(cleo, translation(garden, there))).toBe('NOT_FOUND');
    expect(await refusedPrivately(bob, translation(board, 3))).toBe('NOT_FOUND');
    for (const language of ['', ' ', 'x'.repeat(41), 'a\nb', '\u202eGerman'])
      expect([language, await refusedPrivately(bob, translation(garden, there, language))]).toEqual([
        language,
        'ARGUMENT_INVALID',
      ]);
    await block(bob, alice.number);
    expect(await refusedPrivately(bob, translation(garden, there))).toBe('MESSAGE_GONE');
  });
});

describe('searches (I2)', () => {
  test('[PROMPT-9] have the best matches of the rooms that both may read, most words first, then the newest', async () => {
    const { alice, bob, cleo, garden, board, say, privately, asking } = house;
    const alone = await asking.room(bob, 'alone', 'private');
    await say(alice, garden, 'The marrow is green');
    await say(alice, garden, 'a marrow');
    await say(cleo, board, 'a green marrow of the board');
    await say(bob, alone, 'a green marrow where the assistant is not');
    await say(cleo, LOBBY, 'some marrow in the lobby');
    await say(alice, garden, 'nothing of that');
    const { messages, question } = await privately(bob, search('Where is the green marrow?'));
    expect(messages.map(({ message, text }) => [message?.split('/')[0], text])).toEqual([
      ['#garden', 'The marrow is green'],
      ['#lobby', 'some marrow in the lobby'],
      ['#garden', 'a marrow'],
    ]);
    expect(question).toMatchObject({ from: 'bob', text: 'Where is the green marrow?' });
    const { texts } = await privately(alice, search('marrows green'));
    expect(texts).toContain('a green marrow of the board');
  });

  test('[PROMPT-9] what has all of the words is found however old it is, also in scripts without blanks', async () => {
    const { alice, bob, garden, say, privately } = house;
    await say(alice, garden, 'the fence is blue');
    for (let count = 0; count < 45; count++)
      await say(alice, garden, count % 2 === 0 ? `fence ${count}` : `blue ${count}`);
    expect((await privately(bob, search('blue fence'))).texts[0]).toBe('the fence is blue');
    await say(alice, garden, '庭にトマトがある');
    expect((await privately(bob, search('トマトはどこ？'))).texts[0]).toBe('庭にトマトがある');
  });

  test('[PROMPT-9] [PROMPT-4] not what is hidden, gone, of the blocked, or of rooms that do not allow it', async () => {
    const {
      alice,
      bob,
      cleo,
      garden,
      board,
      say,
      remove,
      edit,
      set,
      block,
      asking,
      privately,
      refusedPrivately,
    } = house;
    await set(alice, board, { history: HistoryAccess.SINCE_JOINED });
    await say(alice, board, 'marrow before bob');
    await asking.enter(alice, bob, board);
    await say(cleo, board, 'marrow of cleo');
    await say(alice, board, 'marrow of alice');
    const gone = await say(alice, garden, 'marrow that is gone');
    const changed = await say(alice, garden, 'marrow that was');
    await remove(alice, garden, gone);
    await edit(alice, garden, changed, 'now a leek');
    await block(bob, cleo.number);
    expect((await privately(bob, search('marrow'))).texts).toEqual(['marrow of alice']);
    expect((await privately(bob, search('leek'))).texts).toEqual(['now a leek']);
    await set(alice, board, { assistants: AssistantAccess.NO_HISTORY });
    expect(await refusedPrivately(bob, search('marrow'))).toBe('MESSAGE_GONE');
    for (const bad of ['', '  ', 'x'.repeat(1_001)])
      expect(await refusedPrivately(bob, search(bad))).toBe('ARGUMENT_INVALID');
    expect(await refusedPrivately(bob, search('?!'))).toBe('MESSAGE_GONE');
  });
});

describe('closed histories (I2)', () => {
  test('[PROMPT-1] [PROMPT-8] [PROMPT-9] neither translations nor searches have what one of both may not read', async () => {
    const { alice, cleo, garden, say, set, kick, bring, asking, privately, refusedPrivately } = house;
    await set(alice, garden, { history: HistoryAccess.SINCE_JOINED });
    const before = await say(alice, garden, 'marrow before cleo');
    await asking.enter(alice, cleo, garden);
    expect(await refusedPrivately(cleo, translation(garden, before))).toBe('MESSAGE_GONE');
    expect((await privately(alice, translation(garden, before))).texts).toEqual(['marrow before cleo']);
    await kick(alice, garden, 'assistant');
    await bring(alice, garden);
    expect(await refusedPrivately(alice, translation(garden, before))).toBe('MESSAGE_GONE');
    expect(await refusedPrivately(alice, search('marrow'))).toBe('MESSAGE_GONE');
    await say(alice, garden, 'marrow for all');
    expect((await privately(alice, search('marrow'))).texts).toEqual(['marrow for all']);
  });
});

describe('files (I2)', () => {
  const NOTES = new TextEncoder().encode('sow the beans in May');

  test('[PROMPT-5] name, type and size are told; the content where the question answers, names or brings it', async () => {
    const { world, alice, bob, garden, question, carrying } = house;
    const offered = await carrying.offer(alice, garden, NOTES, {
      name: 'Notes.txt',
      mediaType: 'text/plain',
      inline: NOTES,
    });
    const plain = await question(bob, garden, '@assistant what now?');
    expect(plain.messages[1]).toMatchObject({
      text: '',
      file: { name: 'Notes.txt', type: 'text/plain', bytes: NOTES.length },
    });
    expect(plain.file).toEqual([]);
    const told = [{ message: `#garden/${offered}`, name: 'Notes.txt', text: 'sow the beans in May' }];
    expect((await question(bob, garden, '@assistant what of it?', { relatesTo: offered })).file).toEqual(
      told,
    );
    expect((await question(bob, garden, '@assistant what does notes.txt say?')).file).toEqual(told);
    expect((await question(bob, garden, '@assistant what does footnotes.txt say?')).file).toEqual([]);
    const before = world.provider.requests.length;
    await carrying.offer(bob, garden, NOTES, {
      name: 'mine.txt',
      inline: NOTES,
      text: '@assistant read this',
    });
    await world.clock.advance(1_000);
    expect(world.provider.requests.at(before)?.user).toContain('sow the beans in May');
  });

  test('[PROMPT-5] stored files are read too, up to 64 KiB; what is longer or no text is not told', async () => {
    const { alice, bob, garden, question, carrying } = house;
    const offer = async (bytes: Uint8Array, name: string) => {
      await carrying.upload(alice, bytes);
      return carrying.offer(alice, garden, bytes, { name });
    };
    const text = (bytes: number) =>
      new TextEncoder().encode('all work and no play\n'.repeat(4_000)).slice(0, bytes);
    const [most, more] = [await offer(text(65_536), 'most.txt'), await offer(text(65_537), 'more.txt')];
    const binary = await offer(new Uint8Array(40_000).fill(0xff), 'picture.png');
    const ask = (relatesTo: number) => question(bob, garden, '@assistant what of it?', { relatesTo });
    const { file } = await ask(most);
    expect(file).toMatchObject([{ name: 'most.txt', cut: true }]);
    expect(file[0]?.text).toStartWith('all work and no play\nall work');
    for (const other of [more, binary]) expect((await ask(other)).file).toEqual([]);
  });

  test('[PROMPT-5] [PROMPT-4] not what is gone, or of somebody blocked', async () => {
    const { alice, bob, garden, question, carrying, remove, block } = house;
    const first = await carrying.offer(alice, garden, NOTES, { name: 'first.txt', inline: NOTES });
    await carrying.offer(alice, garden, NOTES, { name: 'second.txt', inline: NOTES });
    await remove(alice, garden, first);
    const both = () => question(bob, garden, '@assistant compare first.txt and second.txt');
    expect((await both()).file).toMatchObject([{ name: 'second.txt' }]);
    await block(bob, alice.number);
    expect((await both()).user).not.toContain('sow the beans');
  });
});
