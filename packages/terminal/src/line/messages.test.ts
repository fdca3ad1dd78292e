import { describe, expect, test } from 'bun:test';
import type { ClientEvent } from '@sotto/client';
import { BOB, CAM, FakeClient, message, ROOM, sequence, view, WITH_BOB } from '../testing/fake-client.ts';
import { type RunOptions, run, slowly } from '../testing/run.ts';

const at = new Date(0);
const about = (target: number, by = BOB) => ({
  room: ROOM,
  sequence: sequence(90),
  by,
  at,
  target: sequence(target),
});
const live = (...texts: readonly string[]): ClientEvent[] =>
  texts.map((text, index) => ({ kind: 'message', message: message(ROOM, BOB, text, index + 1) }));

/** What is shown after the start, without reading marks. */
async function scene(
  client: FakeClient,
  lines: readonly string[],
  options: Omit<RunOptions, 'client'> = {},
): Promise<{ shown: readonly string[]; asked: readonly string[]; complained: readonly string[] }> {
  const { io } = await run(slowly('', ...lines), { client, ...options });
  const asked = client.calls.filter((call) => !/^(markRead|flushed)/.test(call));
  return { shown: io.printed.slice(2), asked, complained: io.complained };
}

function having(...events: readonly ClientEvent[]): FakeClient {
  const client = new FakeClient();
  client.stored = events.flatMap((event) => (event.kind === 'message' ? [view(event.message)] : []));
  client.push(...events);
  return client;
}

describe('naming a message (M9, C3)', () => {
  const conversation = () =>
    having(
      ...live('one', 'two'),
      { kind: 'message', message: message(ROOM, CAM, 'three', 3) },
      { kind: 'message', message: message(WITH_BOB, BOB, 'psst', 7) },
    );

  test('M9 C3: by number, as the last, the one before, and as the last one of somebody', async () => {
    const reacting = ['#room/2', '#room/^', '#room/^^', '#room/^bob', '#room/^2', '@bob/^'];
    const { asked, complained } = await scene(
      conversation(),
      reacting.map((ref) => `/react ${ref} 👍`),
    );
    expect(complained).toEqual([]);
    expect(asked).toEqual(['3 2', '3 3', '3 2', '3 2', '3 2', '4 7'].map((named) => `react ${named} 👍`));
  });

  test('M9 C3: a deleted message is not the last one any more', async () => {
    const client = conversation();
    client.push({ kind: 'messageDeleted', ...about(3) });
    expect((await scene(client, ['/pin #room/^'])).asked).toEqual(['pin 3 2']);
  });

  test('M9 C3: my last message is the one just sent, before it has come back', async () => {
    const client = having(...live('one', 'two'));
    client.lastSequence = 50;
    const { io } = await run(['#room: helo', '/edit hello', '/delete'], { client });
    expect(io.complained).toEqual([]);
    expect(client.calls).toContain('edit 3 51 hello');
    expect(client.calls).toContain('delete 3 51');
  });

  test('M9 C3: what was said before this run is asked for once', async () => {
    const client = having();
    client.stored = [view(message(ROOM, BOB, 'before', 5)), view(message(ROOM, CAM, 'after', 8))];
    expect((await scene(client, ['/pin #room/^', '/pin #room/^bob'])).asked).toEqual(['pin 3 8', 'pin 3 5']);
  });

  test('C3: what names nothing says so', async () => {
    const { complained } = await scene(conversation(), [
      '/pin 3',
      '/pin #nowhere/3',
      '/pin @cam/3',
      '/edit #room/^alice hm',
      '/pin #room/^^^^',
    ]);
    expect(complained).toEqual([
      '! line 2: in which room? Name it with its #, or a person with an @',
      '! line 3: you are not in #nowhere; /join #nowhere first, or write @name for a person',
      '! line 4: there are no direct messages with @cam yet',
      '! line 5: alice has not written in #room lately',
      '! line 6: there are not so many messages in #room',
    ]);
  });

  test('C3: /numbers shows what to type', async () => {
    const client = having();
    const { io } = await run(slowly('/numbers on', '#room: hi', '/numbers off'), { client });
    expect(io.printed).toContain('[#room/1] alice: hi');
  });
});

describe('changed messages (M9)', () => {
  test('M9 C3: edits, reactions, pins and deletions are quiet lines that say what they are about', async () => {
    const client = having(
      ...live('the tomatoes\nare ripe'),
      { kind: 'messageEdited', text: 'the tomatoes\nare red', mentionsMe: false, ...about(1) },
      { kind: 'reactionAdded', emoji: '🎉', ...about(1, CAM) },
      { kind: 'reactionRemoved', emoji: '🎉', ...about(1, CAM) },
      { kind: 'messagePinned', ...about(1) },
      { kind: 'messageUnpinned', ...about(1) },
      { kind: 'messageDeleted', ...about(1) },
      { kind: 'reactionAdded', emoji: '👍', ...about(1) },
      { kind: 'reactionAdded', emoji: '👍', ...about(40, CAM) },
      { kind: 'messageEdited', text: undefined, mentionsMe: false, ...about(40) },
    );
    expect((await scene(client, [])).shown).toEqual([
      '[#room] bob: the tomatoes',
      '    are ripe',
      '* bob edited #room/1: the tomatoes',
      '    are red',
      '* cam reacted 🎉 to #room/1 (bob: the tomatoes are red)',
      '* cam took back 🎉 from #room/1.',
      '* bob pinned #room/1 (bob: the tomatoes are red)',
      '* bob took #room/1 off the pinned ones.',
      '* bob deleted #room/1.',
      '* bob reacted 👍 to #room/1 (bob, deleted)',
      '* cam reacted 👍 to #room/40.',
      '* bob edited #room/40.',
    ]);
  });

  test('M9 C3: an answer has what it answers above it, a thread its number, a mention says so', async () => {
    const said = (changes: object) =>
      ({ kind: 'message', message: { ...message(ROOM, BOB, 'yes', 5), ...changes } }) as const;
    const client = having(
      ...live('shall we?'),
      said({ replyTo: sequence(1) }),
      said({ replyTo: sequence(99) }),
      said({ thread: sequence(1), mentionsMe: true }),
    );
    expect((await scene(client, [])).shown).toEqual([
      '[#room] bob: shall we?',
      '  > bob: shall we?',
      '[#room] bob: yes',
      '  > #room/99, said before',
      '[#room] bob: yes',
      '[#room] bob to you, thread 1: yes',
    ]);
  });

  test('M9 C3: answers and threads go out in order with what is sent, and are shown once they are there', async () => {
    const client = having(...live('shall we?'));
    const { shown, asked } = await scene(
      client,
      ['#room: first', '/reply #room/1 yes  we', '/thread 1 and here'],
      {
        interactive: true,
      },
    );
    expect(asked).toEqual(['send room first', 'send 3 yes  we to 1', 'send 3 and here in 1']);
    expect(shown.slice(2)).toEqual([
      '[#room] alice: first',
      '> /reply #room/1 yes  we',
      expect.stringMatching(/^ {2}> /),
      '[#room] alice: yes  we',
      '> /thread 1 and here',
      '[#room] alice, thread 1: and here',
    ]);
  });

  test('M9 C3: whoever answers in a thread, or names a message of it, stays in it', async () => {
    const answer = { ...message(ROOM, BOB, 'answer', 4), thread: sequence(1) };
    const client = having(...live('question'), { kind: 'message', message: answer });
    const { asked } = await scene(client, [
      '/reply #room/4 yes',
      '/thread #room/4 more',
      '/thread #room/^alice and',
    ]);
    expect(asked).toEqual(['send 3 yes to 4 in 1', 'send 3 more in 1', 'send 3 and in 1']);
  });

  test('M9 C3: with numbers, what is typed in a terminal is shown once it has its own', async () => {
    const client = having();
    const { shown } = await scene(client, ['/numbers on', '#room: hi'], { interactive: true });
    expect(shown.slice(-1)).toEqual(['[#room/1] alice: hi']);
    expect(shown.filter((line) => line.includes('alice: hi'))).toHaveLength(1);
  });

  test('M9: history shows messages as they are now, and /next goes further back', async () => {
    const client = having();
    const first = view(message(ROOM, BOB, 'gone', 1), { deleted: { by: CAM, at }, text: undefined });
    const second = view(message(ROOM, BOB, 'new', 2), {
      edited: { times: 1, at },
      pinned: true,
      reactions: [
        { emoji: '👍', count: 2, mine: true },
        { emoji: '🎉', count: 1, mine: false },
      ],
      replies: { count: 3, last: sequence(9), lastAt: at },
    });
    client.stored = [first, second, view(message(ROOM, BOB, 'hidden', 3), { hidden: true })];
    const { shown } = await scene(client, ['/history #room 2', '/next', '/next']);
    const rows = shown.filter((line) => !/^\* \d/.test(line));
    expect(rows).toEqual([
      '* History of #room:',
      '[#room] bob, edited, pinned: new',
      '  + 👍 2 with yours, 🎉 1',
      '  + 3 answers: /thread #room/2',
      '[#room] bob, hidden since you blocked them',
      '* End of history; earlier: /next',
      '* History of #room:',
      '[#room] bob, deleted by cam',
      '* End of history.',
      '* There is no more.',
    ]);
  });

  test('M9 A5: who is blocked is not heard', async () => {
    const client = having(...live('hear me'), {
      kind: 'messageEdited',
      text: 'hear!',
      mentionsMe: true,
      ...about(1),
    });
    client.areas.blocked.add(BOB.number);
    expect((await scene(client, ['/blocked'])).shown).toEqual([
      '[#room] bob, hidden since you blocked them',
      '* bob edited #room/1.',
      expect.stringMatching(/^2 {2}bob {2}/),
    ]);
  });

  test('M9: the thread of a message in it is the whole thread', async () => {
    const client = having();
    const answer = { ...message(ROOM, CAM, 'answer', 4), thread: sequence(2) };
    client.stored = [view(message(ROOM, BOB, 'question', 2)), view(answer)];
    const { shown } = await scene(client, ['/thread #room/4']);
    expect(shown.filter((line) => !/^\* \d/.test(line))).toEqual([
      '* Thread #room/2:',
      '[#room] bob: question',
      '[#room] cam, thread 2: answer',
      '* End of the thread.',
    ]);
  });

  test("M9: revisions, and who reacted; one takes all of one's own back", async () => {
    const client = having();
    client.revisionsKept = [
      { sequence: sequence(1), at, text: 'old' },
      { sequence: sequence(2), at, text: undefined },
    ];
    client.reactionsKept = [
      { emoji: '👍', person: BOB },
      { emoji: '🎉', person: client.me ?? BOB },
      { emoji: '👍', person: client.me ?? BOB },
    ];
    const lines = ['/revisions #room/1', '/reactions #room/1', '/unreact #room/1', '/unreact #room/1 :tada:'];
    const { shown, asked } = await scene(client, lines);
    expect(shown).toEqual([
      '* What #room/1 said:',
      expect.stringMatching(/^ {2}19\S+ \S+: old$/),
      expect.stringMatching(/^ {2}19\S+ \S+: \(the content is sealed or erased\)$/),
      '* Reactions to #room/1:',
      '  + 👍  bob, alice',
      '  + 🎉  alice',
    ]);
    expect(asked).toEqual(['unreact 3 1 🎉', 'unreact 3 1 👍', 'unreact 3 1 🎉']);
  });
});

describe('finding (M9)', () => {
  test('M9: a search shows hits with their numbers, a page at a time, and passes on what it is limited to', async () => {
    const client = having();
    client.stored = [
      view(message(ROOM, BOB, 'red tomatoes', 4)),
      view(message(WITH_BOB, BOB, 'tomatoes', 2)),
    ];
    const { shown } = await scene(client, [
      '/search tomatoes in:#room from:bob has:link',
      '/next',
      '/search nothing',
      '/context #room/4',
    ]);
    expect(client.searched).toEqual({ limit: 20 });
    expect(shown.filter((line) => !/^\* \d/.test(line))).toEqual([
      '* Found:',
      '[#room/4] bob: red tomatoes',
      '* More: /next',
      '* Found:',
      '[@bob/2] bob: tomatoes',
      '* Nothing was found.',
      '* Around #room/4:',
      '[#room/4] bob: red tomatoes',
      '* End.',
    ]);
  });

  test('M9: a search is limited to rooms, people, days and what a message has', async () => {
    const client = having();
    await scene(client, ['/search x in:#room in:@bob from:bob since:2026-01-31 has:file']);
    expect(client.searched).toEqual({
      limit: 20,
      rooms: [ROOM.number, WITH_BOB.number],
      from: ['bob'],
      since: new Date(2026, 0, 31),
      hasFile: true,
    });
  });

  test('M9: what is unread is counted, shown from its beginning, and read then', async () => {
    const client = having();
    client.rooms = client.rooms.map((room) =>
      room.number === ROOM.number ? { ...room, read: sequence(2), unread: 2, mentions: 1 } : room,
    );
    client.stored = [1, 2, 3, 4].map((number) => view(message(ROOM, BOB, `text ${number}`, number)));
    const { shown } = await scene(client, ['/unread', '/unread #room', '/unread @bob']);
    expect(shown.filter((line) => !/^\* \d/.test(line))).toEqual([
      '#room  2 unread  1 to you',
      '* Unread in #room:',
      '[#room] bob: text 3',
      '[#room] bob: text 4',
      '* End.',
      '* Nothing is unread in @bob.',
    ]);
    expect(client.calls).toContain('markRead 3 4');
  });

  test('M9: mentions and pins are lists with numbers', async () => {
    const client = having();
    client.stored = [view({ ...message(ROOM, BOB, '@alice look', 4), mentionsMe: true }, { pinned: true })];
    const { shown } = await scene(client, ['/mentions', '/pins #room', '/pins @bob']);
    expect(shown.filter((line) => !/^\* \d/.test(line)).slice(0, 4)).toEqual([
      '* Mentions of you:',
      '[#room/4] bob to you, pinned: @alice look',
      '* Pinned in #room:',
      '[#room/4] bob to you, pinned: @alice look',
    ]);
  });
});

describe('changed messages for programs (M9, C3)', () => {
  test('M9 C3: events and answers carry everything as fields', async () => {
    const client = having(...live('one'), { kind: 'reactionAdded', emoji: '🎉', ...about(1) });
    const { io } = await run(slowly('', '/edit #room/1 two', '/history #room 1', '/search one'), {
      client,
      json: true,
    });
    const objects = io.printed.map((line) => JSON.parse(line));
    const of = (type: string) => objects.find((object) => object.type === type);
    expect(of('reactionAdded')).toMatchObject({
      room: { number: 3 },
      target: 1,
      emoji: '🎉',
      by: { name: 'bob' },
    });
    expect(of('done')).toMatchObject({ line: 2, did: 'edit', room: { name: 'room' }, sequence: 1 });
    expect(of('history')).toMatchObject({
      line: 3,
      hasBefore: false,
      events: [{ type: 'message', sequence: 1, text: 'one', pinned: false, reactions: [] }],
    });
    expect(of('search')).toMatchObject({
      line: 4,
      more: false,
      messages: [{ sequence: 1, room: { name: 'room' } }],
    });
  });
});
