import { describe, expect, test } from 'bun:test';
import { EDITS_MAX, EMOJI_PER_MESSAGE_MAX, PINS_MAX, REACTIONS_PER_MESSAGE_MAX } from '@sotto/model';
import { EventKind, FileAnswer } from '@sotto/schema';
import type { AppendResult, MessageChange, NewEvent } from '../../events/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  memberSet,
  messageId,
  newEvent,
  room,
  roomCreated,
  sequence,
  stream,
  user,
  withStore,
} from './fixtures.ts';

const OF = stream(8);
const at = { stream: OF, target: sequence(1) };
const edited = { kind: 'messageEdited', ...at } as const;
const deleted = { kind: 'messageDeleted', ...at, by: user(4), timeMs: 9 } as const;
const pinned = (target: number, on = true): MessageChange => ({
  kind: 'pinSet',
  stream: OF,
  target: sequence(target),
  by: user(4),
  timeMs: target,
  on,
});
const reaction = (by: number, emoji: string, on = true): MessageChange => ({
  kind: 'reactionSet',
  ...at,
  user: user(by),
  emoji,
  on,
});
const replied = { kind: 'threadReplied', stream: OF, root: sequence(1), timeMs: 5 } as const;

const about = (change: MessageChange, of: Partial<NewEvent> = {}) =>
  append([newEvent({ kind: EventKind.MESSAGE_EDITED, relatesTo: 1, countsUnread: false, ...of })], {
    changes: [change],
  });

async function result(store: Store, change: MessageChange, of: Partial<NewEvent> = {}) {
  return (await appendOne(store, about(change, of))).kind satisfies AppendResult['kind'];
}

const stateOf = async ({ messages }: Store, target = 1, reader = 3) =>
  (await messages.states(OF, [sequence(target)], user(reader)))[0];

export function messagesSuite(backend: Backend): void {
  describe(`messages on ${backend.name}`, () => {
    test('M9 only messages that are there are changed; what was refused changed nothing [CHANGE-1]', () =>
      withStore(backend, async (store) => {
        expect(await result(store, edited)).toBe('messageGone');
        await appendOne(store, append([newEvent(), newEvent({ kind: EventKind.MEMBER_JOINED })]));
        for (const target of [0, 2, 3])
          expect(await result(store, { ...edited, target: sequence(target) })).toBe('messageGone');
        expect(await result(store, deleted)).toBe('appended');
        for (const change of [edited, deleted, reaction(3, 'x'), pinned(1), replied])
          expect(await result(store, change)).toBe('messageGone');
        expect((await store.events.stream(OF)).head).toBe(sequence(3));
      }));

    test('M9 of the same change in one batch the first one counts, and one that was accepted is a duplicate first [CHANGE-3]', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append([newEvent()]));
        const clientMessageId = messageId(1);
        const results = await store.events.append([
          about(reaction(3, 'x'), { clientMessageId }),
          about(reaction(3, 'x')),
          about(reaction(3, 'y', false)),
          about(reaction(3, 'x', false)),
          about(deleted),
          about(reaction(3, 'x'), { clientMessageId }),
          about(reaction(3, 'x')),
        ]);
        expect(results.map(({ kind }) => kind)).toEqual([
          'appended',
          'unchanged',
          'unchanged',
          'appended',
          'appended',
          'duplicate',
          'messageGone',
        ]);
      }));

    test('M9 a message has so many edits and no more [CHANGE-4]', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append([newEvent()]));
        const edits = await store.events.append(Array.from({ length: EDITS_MAX + 1 }, () => about(edited)));
        expect(edits.filter(({ kind }) => kind === 'appended')).toHaveLength(EDITS_MAX);
        expect(edits.at(-1)).toEqual({ kind: 'tooMany' });
        expect(await stateOf(store)).toMatchObject({ edits: EDITS_MAX });
      }));

    test('M9 reactions, emoji and pins are counted in the commit that adds one [CHANGE-4]', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append(Array.from({ length: PINS_MAX + 1 }, () => newEvent())));
        const pins = Array.from({ length: PINS_MAX + 1 }, (_, index) => about(pinned(index + 1)));
        expect((await store.events.append(pins)).map(({ kind }) => kind)).toEqual([
          ...Array(PINS_MAX).fill('appended'),
          'tooMany',
        ]);
        expect(await result(store, pinned(1, false))).toBe('appended');
        expect(await result(store, pinned(1, false))).toBe('unchanged');
        expect(await store.messages.pins(OF, sequence(49), 9)).toEqual([sequence(50), sequence(49)]);
        const emoji = Array.from({ length: EMOJI_PER_MESSAGE_MAX }, (_, index) =>
          about(reaction(3, `${index}`)),
        );
        await store.events.append(emoji);
        expect(await result(store, reaction(3, 'one more'))).toBe('tooMany');
        const more = REACTIONS_PER_MESSAGE_MAX - EMOJI_PER_MESSAGE_MAX;
        await store.events.append(
          Array.from({ length: more }, (_, index) => about(reaction(10 + index, '7'))),
        );
        expect(await result(store, reaction(5, '7'))).toBe('tooMany');
        expect(await result(store, reaction(10, '7', false))).toBe('appended');
        expect(await result(store, reaction(5, '7'))).toBe('appended');
        expect((await stateOf(store))?.reactions[0]).toEqual({ emoji: '7', count: more + 1, mine: true });
      }));

    test('M9 the state says what all changes came to, as of the head [PAGE-1]', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append([newEvent()]));
        expect(await stateOf(store)).toBeUndefined();
        for (const tag of ['a', 'b']) await result(store, edited, { content: bytes(9, tag) });
        await result(store, pinned(1));
        await result(store, replied, { kind: EventKind.MESSAGE, thread: 1 });
        const last = { sequence: sequence(3), timeMs: newEvent().timeMs, content: bytes(9, 'b') };
        const untouched = { deletedBy: user(0), deletedMs: 0, reactions: [] };
        expect(await stateOf(store)).toEqual({
          ...untouched,
          target: sequence(1),
          asOf: sequence(5),
          edit: last,
          edits: 2,
          pinned: true,
          replies: 1,
          lastReply: 5,
          lastReplyMs: 5,
          fileAnswer: FileAnswer.UNSPECIFIED,
        });
        expect(
          (await store.messages.edits(OF, sequence(1), 9)).map((event) => Number(event.sequence)),
        ).toEqual([2, 3]);
        expect(
          (await store.messages.edits(OF, sequence(1), 1)).map((event) => Number(event.sequence)),
        ).toEqual([3]);
        const [answer] = await store.messages.thread(OF, sequence(1), sequence(0), 9);
        expect(answer?.sequence).toBe(sequence(5));
      }));

    test('M9 deleting erases the content, edits, reactions, mentions and the pin; the envelopes stay [ERASE-1] [LOG-3]', () =>
      withStore(backend, async (store) => {
        await appendOne(
          store,
          append([newEvent()], {
            changes: [{ kind: 'mentioned', stream: OF, target: undefined, users: [user(4)], timeMs: 1 }],
          }),
        );
        await result(store, edited);
        await result(store, reaction(3, 'x'));
        await result(store, pinned(1));
        expect((await store.messages.mentions(user(4), user(4), undefined, 9)).length).toBe(0);
        await result(store, deleted, { kind: EventKind.MESSAGE_DELETED, content: new Uint8Array() });
        const events = await store.events.read(OF, sequence(0), 9);
        expect(events.map(({ content }) => content.length > 0)).toEqual([false, false, false, true, false]);
        expect(events.every(({ digest }) => digest.length === 32)).toBe(true);
        expect(await stateOf(store)).toMatchObject({ edits: 0, pinned: false, reactions: [], deletedBy: 4 });
        expect(await store.messages.reactions(OF, sequence(1), 9)).toEqual([]);
        expect(await store.messages.pins(OF, sequence(1), 9)).toEqual([]);
      }));

    test('M9 mentions are found by user and by everyone, by those who may read them [MENTION-3] [UNREAD-11]', () =>
      withStore(backend, async (store) => {
        const mentioning = (of: number, users: number[], timeMs: number) =>
          append([newEvent({ stream: stream(4 * of), timeMs })], {
            changes: [
              {
                kind: 'mentioned',
                stream: stream(4 * of),
                target: undefined,
                users: users.map(user),
                timeMs,
              },
            ],
          });
        await appendOne(store, append([], { changes: [roomCreated(2), roomCreated(3)] }));
        await appendOne(store, append([], { changes: [memberSet(2, 4), memberSet(3, 5)] }));
        await store.events.append([
          mentioning(2, [4, 0], 10),
          mentioning(3, [4], 20),
          mentioning(2, [4, 5], 30),
        ]);
        const found = await store.messages.mentions(user(4), user(4), undefined, 9);
        expect(found.map(({ timeMs, visible }) => [timeMs, visible])).toEqual([
          [30, true],
          [20, false],
          [10, true],
        ]);
        expect(await store.messages.mentions(user(4), user(4), found[0], 1)).toEqual(found.slice(1, 2));
        expect((await store.messages.mentions(user(4), user(0), undefined, 9)).length).toBe(1);
        expect(await store.messages.unread(user(4), undefined)).toMatchObject([
          { stream: 4, unread: 0 },
          { stream: 8, unread: 2, mentions: 2, read: 0, head: 2 },
        ]);
        expect(await store.messages.unread(user(4), [room(3)])).toEqual([]);
      }));

    test('M10 trimming drops what came before and what derives from it, and says so; ids stay known [ERASE-3] [LOG-4] [LOG-11]', () =>
      withStore(backend, async (store) => {
        const { events, messages } = store;
        const clientMessageId = messageId(1);
        await appendOne(store, append([newEvent({ clientMessageId, timeMs: 1 })]));
        for (let count = 2; count <= 1_200; count++)
          if (count % 100 === 0)
            await appendOne(
              store,
              append(Array.from({ length: 100 }, (_, index) => newEvent({ timeMs: count - 100 + index }))),
            );
        await result(store, edited, { timeMs: 5_000 });
        await result(store, reaction(3, 'x'), { timeMs: 5_000 });
        const cut = await events.firstAfter(OF, 700);
        expect((await events.events(OF, [cut, sequence(cut - 1)])).map(({ timeMs }) => timeMs)).toEqual([
          699, 700,
        ]);
        await events.trim(OF, cut);
        expect(await events.stream(OF)).toMatchObject({ firstKept: cut, head: 1_203 });
        expect((await events.read(OF, sequence(0), 1))[0]?.sequence).toBe(cut);
        expect((await events.events(OF, [sequence(1_202)]))[0]?.content.length).toBe(0);
        expect(await messages.states(OF, [sequence(1)], user(3))).toEqual([]);
        expect(await result(store, edited)).toBe('messageGone');
        expect((await appendOne(store, append([newEvent({ clientMessageId })]))).kind).toBe('duplicate');
        await events.trim(OF, sequence(5));
        expect(await events.stream(OF)).toMatchObject({ firstKept: cut });
        await events.trim(OF, sequence(9_999));
        expect(await events.read(OF, sequence(0), 1)).toEqual([]);
        expect(await appendOne(store, append([newEvent()]))).toMatchObject({ sequences: [1_204] });
        expect(await events.firstAfter(OF, Number.POSITIVE_INFINITY)).toBe(sequence(1_205));
        await events.trim(stream(4_000), sequence(5));
        expect(await events.firstAfter(stream(4_000), 1)).toBe(sequence(1));
      }));

    test('A5 contents are erased with those of their edits [ERASE-3]', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append([newEvent(), newEvent()]));
        await result(store, edited);
        await store.events.eraseContents(OF, [sequence(1), sequence(77)]);
        const lengths = (await store.events.read(OF, sequence(0), 9)).map(
          ({ content }) => content.length > 0,
        );
        expect(lengths).toEqual([false, true, false]);
        expect((await stateOf(store))?.edit?.content.length).toBe(0);
        expect(await result(store, edited)).toBe('messageGone');
      }));
  });
}
