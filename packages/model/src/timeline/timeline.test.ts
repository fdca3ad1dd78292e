import { describe, expect, test } from 'bun:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { type Content, ContentSchema, EventKind, EventSchema, MessageStateSchema, Role } from '@sotto/schema';
import fc from 'fast-check';
import { plain } from '../testing/naive-room.ts';
import { Timeline, type TimelineEvent, toTimelineEvent } from './index.ts';

const ALICE = 1;
const BOB = 2;
const MODERATOR = 3;

const event = (sequence: number, fields: Partial<TimelineEvent> = {}): TimelineEvent => ({
  sequence,
  kind: 'message',
  sender: ALICE,
  role: 'member',
  timeMs: 1_000 * sequence,
  relatesTo: 0,
  thread: 0,
  content: fields.kind === undefined ? { kind: 'text', text: `text ${sequence}` } : { kind: 'none' },
  clientMessageId: new Uint8Array(),
  ...fields,
});
const reaction = (
  sequence: number,
  kind: 'reactionAdded' | 'reactionRemoved',
  sender: number,
  emoji = '👍',
) => event(sequence, { kind, sender, relatesTo: 1, content: { kind: 'emoji', emoji } });
const timelineOf = (...events: TimelineEvent[]): Timeline => {
  const timeline = new Timeline({ kind: 'public', me: ALICE });
  timeline.add(events);
  return timeline;
};
const state = (fields: Parameters<typeof create<typeof MessageStateSchema>>[1]) =>
  create(MessageStateSchema, fields);

describe('events off the wire', () => {
  const wire = (kind: EventKind, content: Content['content'] | Uint8Array, role = Role.MEMBER) =>
    toTimelineEvent(
      create(EventSchema, {
        kind,
        role,
        content:
          content instanceof Uint8Array
            ? content
            : toBinary(ContentSchema, create(ContentSchema, { content })),
      }),
    );

  test('[VIEW-1] are decoded as far as views need them', () => {
    const read = wire(EventKind.MESSAGE, { case: 'plain', value: 'hi' }, Role.GUEST);
    expect(read).toMatchObject({ kind: 'message', role: 'guest', content: { kind: 'text', text: 'hi' } });
    expect(wire(EventKind.MESSAGE, new Uint8Array()).content).toEqual({ kind: 'erased' });
    const sealed = wire(EventKind.MESSAGE_EDITED, { case: 'sealed', value: Uint8Array.of(1) });
    expect(sealed).toMatchObject({ kind: 'edited', content: { kind: 'sealed' } });
    expect(wire(EventKind.REACTION_ADDED, { case: 'reaction', value: '👍' })).toMatchObject({
      kind: 'reactionAdded',
      content: { kind: 'emoji', emoji: '👍' },
    });
    expect(wire(EventKind.MEMBER_KICKED, new Uint8Array()).kind).toBe('other');
  });

  test('[VIEW-1] never throw, whatever their numbers and bytes are', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(10), fc.uint8Array({ maxLength: 20 }), (kind, role, content) => {
        const read = toTimelineEvent(create(EventSchema, { sequence: 1, kind, role, content }));
        expect(timelineOf(read).size).toBe(1);
        expect(timelineOf(read).messages().length).toBe(read.kind === 'message' ? 1 : 0);
      }),
    );
    expect(wire(EventKind.MESSAGE, Uint8Array.of(0xff)).content).toEqual({ kind: 'none' });
    expect(wire(EventKind.MESSAGE, new Uint8Array(), 99 as Role).role).toBe('none');
  });
});

describe('M9: what has become of a message', () => {
  test('[VIEW-4] of a deleted one nothing is left, and nothing happens to it any more', () => {
    const timeline = timelineOf(
      event(1),
      event(2, { kind: 'edited', relatesTo: 1, content: { kind: 'text', text: 'other' } }),
      event(3, { kind: 'pinned', role: 'moderator', relatesTo: 1 }),
      reaction(4, 'reactionAdded', BOB),
      event(5, { kind: 'deleted', sender: MODERATOR, role: 'moderator', relatesTo: 1 }),
      reaction(6, 'reactionAdded', BOB),
      event(7, { kind: 'deleted', relatesTo: 1 }),
    );
    expect(timeline.view(1)).toMatchObject({
      body: { kind: 'deleted', by: MODERATOR, at: 5_000 },
      edited: undefined,
      pinned: false,
      reactions: [],
      mentions: { names: [], room: false },
    });
  });

  test('[VIEW-3] the server itself deletes, whatever it stands as', () => {
    const timeline = timelineOf(
      event(1),
      event(2, { kind: 'deleted', sender: 0, role: 'none', relatesTo: 1 }),
    );
    expect(timeline.view(1)?.body).toEqual({ kind: 'deleted', by: 0, at: 2_000 });
    const stated = timelineOf(event(1));
    stated.addStates([state({ target: 1, asOf: 2, deletedMs: 2_000 })]);
    expect(stated.view(1)?.body).toEqual({ kind: 'deleted', by: 0, at: 2_000 });
  });

  test('[VIEW-3] a pin by whoever may pin in a kind that the room could have been counts in direct and public rooms as there', () => {
    const pin = event(2, { kind: 'pinned', role: 'member', relatesTo: 1 });
    const pinnedIn = (kind: 'public' | 'lobby' | 'direct' | 'private') => {
      const timeline = new Timeline({ kind, me: ALICE });
      timeline.add([event(1), pin]);
      return timeline.pinned().length === 1;
    };
    expect([pinnedIn('private'), pinnedIn('public'), pinnedIn('direct'), pinnedIn('lobby')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test('[VIEW-4] what was erased stays erased, with its edits, whichever copy came first', () => {
    const erased = event(1, { content: { kind: 'erased' } });
    const edit = event(2, { kind: 'edited', relatesTo: 1, content: { kind: 'text', text: 'other' } });
    for (const events of [
      [event(1), edit, erased],
      [erased, edit, event(1)],
    ]) {
      expect(timelineOf(...events).view(1)?.body).toEqual({ kind: 'erased' });
    }
  });

  test('[VIEW-4] a sealed edit, and content of a kind that is not known, show no earlier text', () => {
    const sealed = event(2, { kind: 'edited', relatesTo: 1, content: { kind: 'sealed' } });
    expect(timelineOf(event(1), sealed).view(1)?.body).toEqual({ kind: 'sealed' });
    expect(timelineOf(event(1, { content: { kind: 'none' } })).view(1)?.body).toEqual({ kind: 'erased' });
  });

  test('[VIEW-5] reactions: the most used first, then by code points; the reader among them', () => {
    const timeline = timelineOf(
      event(1),
      reaction(2, 'reactionAdded', ALICE, '😀'),
      reaction(3, 'reactionAdded', BOB, 'ｚ'),
      reaction(4, 'reactionAdded', ALICE, '👍'),
      reaction(5, 'reactionAdded', BOB, '👍'),
      reaction(6, 'reactionAdded', BOB, '👍'),
    );
    expect(timeline.view(1)?.reactions).toEqual([
      { emoji: '👍', count: 2, mine: true },
      { emoji: 'ｚ', count: 1, mine: false },
      { emoji: '😀', count: 1, mine: true },
    ]);
  });

  test('[VIEW-5] reactions of a state: who is not named in it is one of its count, once', () => {
    const timeline = timelineOf(event(1));
    timeline.addStates([state({ target: 1, asOf: 10, reactions: [{ emoji: '👍', count: 2, mine: true }] })]);
    timeline.add(reaction(11, 'reactionRemoved', BOB));
    expect(timeline.view(1)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    timeline.add([reaction(12, 'reactionRemoved', BOB), reaction(13, 'reactionRemoved', MODERATOR)]);
    expect(timeline.view(1)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    timeline.add(reaction(14, 'reactionAdded', ALICE));
    expect(timeline.view(1)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    timeline.add(reaction(15, 'reactionRemoved', ALICE));
    expect(timeline.view(1)?.reactions).toEqual([]);
  });

  test('[VIEW-5] what is no emoji is no reaction', () => {
    const timeline = timelineOf(
      event(1),
      reaction(2, 'reactionAdded', BOB, ''),
      reaction(3, 'reactionAdded', BOB, 'x'.repeat(65)),
      event(4, { kind: 'reactionAdded', relatesTo: 1, content: { kind: 'text', text: 'x' } }),
    );
    expect(timeline.view(1)?.reactions).toEqual([]);
  });

  test('[VIEW-1] mentions are those of the text as it is now', () => {
    const timeline = timelineOf(event(1, { content: { kind: 'text', text: '@bob' } }));
    expect(timeline.view(1)?.mentions).toEqual({ names: ['bob'], room: false });
    timeline.add(event(2, { kind: 'edited', relatesTo: 1, content: { kind: 'text', text: '@room' } }));
    expect(timeline.view(1)).toMatchObject({
      mentions: { names: [], room: true },
      edited: { timeMs: 2_000, edits: 1 },
    });
  });

  test('[VIEW-1] a state names the edit and its text', () => {
    const timeline = timelineOf(event(1));
    const edit = { sequence: 5, timeMs: 5_000, content: plain('new') };
    timeline.addStates([state({ target: 1, asOf: 6, edits: 3, edit })]);
    expect(timeline.view(1)).toMatchObject({
      body: { kind: 'text', text: 'new' },
      edited: { timeMs: 5_000, edits: 3 },
    });
  });
});

describe('M9: threads', () => {
  const reply = (sequence: number, thread = 1) => event(sequence, { thread, sender: BOB });
  const deletion = (sequence: number, relatesTo: number, fields: Partial<TimelineEvent> = {}) =>
    event(sequence, { kind: 'deleted', sender: BOB, relatesTo, thread: 1, ...fields });

  test('[VIEW-6] answers are counted without those that were deleted; the last one stays the last', () => {
    const timeline = timelineOf(event(1), reply(2), event(3), reply(4), deletion(5, 4));
    expect(timeline.view(1)).toMatchObject({ replies: 1, lastReply: { sequence: 4, timeMs: 4_000 } });
    expect(timeline.thread(1).map(({ sequence }) => sequence)).toEqual([2, 4]);
    expect(timeline.messages().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });

  test('[VIEW-6] a deletion lowers the count of a state also where the answer is not there, once', () => {
    const timeline = timelineOf(event(1));
    timeline.addStates([state({ target: 1, asOf: 20, replies: 3, lastReply: 9, lastReplyMs: 9_000 })]);
    timeline.add(deletion(21, 9));
    expect(timeline.view(1)).toMatchObject({ replies: 2, lastReply: { sequence: 9, timeMs: 9_000 } });
    timeline.add([deletion(22, 9), deletion(23, 30), deletion(24, 1), deletion(19, 8)]);
    expect(timeline.view(1)?.replies).toBe(2);
    timeline.add(event(25, { kind: 'edited', relatesTo: 8, thread: 1 }));
    expect(timeline.view(1)?.replies).toBe(2);
  });

  test('[VIEW-6] what was written before the first message is no answer that could go', () => {
    const timeline = timelineOf(event(5));
    timeline.addStates([state({ target: 5, asOf: 20, replies: 3, lastReply: 9, lastReplyMs: 9_000 })]);
    timeline.add(deletion(21, 3, { thread: 5 }));
    expect(timeline.view(5)?.replies).toBe(3);
  });

  test('[VIEW-6] where the answer is there it is judged', () => {
    const stated = { target: 1, asOf: 20, replies: 3, lastReply: 9, lastReplyMs: 9_000 };
    const timeline = timelineOf(event(1), reply(9), event(10, { sender: BOB }));
    timeline.addStates([state(stated)]);
    timeline.add([deletion(21, 9, { sender: ALICE }), deletion(22, 10)]);
    expect(timeline.view(1)?.replies).toBe(3);
    timeline.addStates([state({ target: 9, asOf: 20, deletedBy: BOB, deletedMs: 15_000 })]);
    timeline.add(deletion(23, 9));
    expect(timeline.view(1)?.replies).toBe(3);
  });

  test('[VIEW-6] a thread within a thread, or ahead, is none', () => {
    const timeline = timelineOf(event(1), reply(2), reply(3, 2), reply(4, 9), reply(5, 5), event(9));
    expect([1, 2, 9].map((root) => timeline.view(root)?.replies)).toEqual([1, 0, 0]);
    expect([4, 5].map((sequence) => timeline.view(sequence)?.thread)).toEqual([0, 0]);
    expect(timeline.thread(9)).toEqual([]);
  });
});

describe('M9: what a timeline holds', () => {
  test('[VIEW-7] pinned messages, the newest first', () => {
    const pin = (sequence: number, relatesTo: number, kind: 'pinned' | 'unpinned' = 'pinned') =>
      event(sequence, { kind, role: 'moderator', relatesTo });
    const timeline = timelineOf(
      event(1),
      event(2),
      event(3),
      pin(4, 3),
      pin(5, 1),
      pin(6, 2),
      pin(7, 2, 'unpinned'),
    );
    expect(timeline.pinned().map(({ sequence }) => sequence)).toEqual([3, 1]);
  });

  test('[VIEW-7] a view is the same object until something changes it', () => {
    const timeline = timelineOf(event(1), event(2));
    const views = timeline.messages();
    timeline.add([event(2), event(3)]);
    expect(timeline.messages()[0]).toBe(views[0]);
    timeline.add(reaction(4, 'reactionAdded', BOB));
    expect(timeline.view(1)).not.toBe(views[0]);
    expect(timeline.view(2)).toBe(views[1]);
  });

  test('[VIEW-7] what was forgotten comes back by a page and its states', () => {
    const timeline = timelineOf(
      event(1),
      reaction(2, 'reactionAdded', BOB),
      event(3),
      event(4, { thread: 3 }),
    );
    expect([timeline.size, timeline.has(2), timeline.has(5)]).toEqual([4, true, false]);
    timeline.addStates([state({ target: 1, asOf: 9, pinned: true })]);
    timeline.forget(3);
    expect([timeline.size, timeline.has(1), timeline.view(1), timeline.view(3)?.replies]).toEqual([
      2,
      false,
      undefined,
      1,
    ]);
    timeline.add(event(1));
    expect(timeline.view(1)).toMatchObject({ pinned: false, reactions: [] });
    timeline.addStates([state({ target: 1, asOf: 4, reactions: [{ emoji: '👍', count: 1 }] })]);
    expect(timeline.view(1)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);
    timeline.forget();
    expect([timeline.size, timeline.messages()]).toEqual([0, []]);
  });

  test('[VIEW-7] relations to what is no message are nothing', () => {
    const timeline = timelineOf(event(1, { kind: 'other' }), reaction(2, 'reactionAdded', BOB));
    expect([timeline.view(1), timeline.view(2), timeline.messages()]).toEqual([undefined, undefined, []]);
    expect(timelineOf(event(3, { relatesTo: 7 })).view(3)?.replyTo).toBe(0);
  });
});

describe('M9: what is supposed', () => {
  const LAST = Number.MAX_SAFE_INTEGER;
  const edit = event(LAST, { kind: 'edited', relatesTo: 1, content: { kind: 'text', text: 'better' } });

  test('[TIMELINE-6] counts as the last of what is known, whatever comes meanwhile, until it is withdrawn', () => {
    const timeline = timelineOf(event(1));
    const before = timeline.view(1);
    timeline.suppose(edit);
    expect(timeline.view(1)).toMatchObject({ body: { text: 'better' }, edited: { edits: 1 } });
    timeline.add([
      event(2, { kind: 'edited', relatesTo: 1, content: { kind: 'text', text: 'elsewhere' } }),
      reaction(3, 'reactionAdded', BOB),
    ]);
    expect(timeline.view(1)).toMatchObject({ body: { text: 'better' }, reactions: [{ count: 1 }] });
    timeline.withdraw(edit);
    expect(timeline.view(1)).toMatchObject({ body: { text: 'elsewhere' }, reactions: [{ count: 1 }] });
    expect(before?.body).toEqual({ kind: 'text', text: 'text 1' });
  });

  test('[TIMELINE-6] is no event: nothing of it is in the timeline, and what is not lawful does nothing', () => {
    const timeline = timelineOf(event(1, { sender: BOB }));
    const view = timeline.view(1);
    timeline.suppose(edit);
    timeline.suppose(event(LAST, { kind: 'deleted', relatesTo: 7 }));
    expect([timeline.size, timeline.has(LAST), timeline.messages().length]).toEqual([1, false, 1]);
    expect(timeline.view(1)).toEqual(view as NonNullable<typeof view>);
  });

  test('[TIMELINE-6] two about one message are withdrawn one by one', () => {
    const timeline = timelineOf(event(1));
    const pin = event(LAST, { kind: 'pinned', relatesTo: 1, role: 'moderator' });
    timeline.suppose(edit);
    timeline.suppose(pin);
    timeline.withdraw(edit);
    expect(timeline.view(1)).toMatchObject({ body: { text: 'text 1' }, pinned: true });
    timeline.withdraw(pin);
    expect(timeline.view(1)).toMatchObject({ pinned: false });
  });
});
