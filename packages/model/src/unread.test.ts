import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { UNREAD_MAX } from './limits.ts';
import { mentionsIn } from './mentions.ts';
import { type History, history, place, USERS } from './testing/histories.ts';
import { NaiveRoom } from './testing/naive-room.ts';
import type { TimelineEvent } from './timeline/index.ts';
import { type Deletion, type UnreadBase, UnreadView } from './unread.ts';

const HISTORIES = 5_000;
// A second or two for each, and other tests may run beside them.
setDefaultTimeout(60_000);
const me = USERS[0];
const MY_NAME = 'me';
const EMPTY: UnreadBase = { read: 0, head: 0, unread: 0, mentions: 0 };

const mentionsMe = ({ content }: TimelineEvent): boolean => {
  const { names, room } = mentionsIn(content.kind === 'text' ? content.text : '');
  return room || names.includes(MY_NAME);
};

/** Counted one by one, as of `head`; edits mention nobody. */
function recount({ kind, events }: History, read: number, head: number): UnreadBase {
  const room = new NaiveRoom(kind);
  for (const event of events.slice(0, head)) room.apply(event);
  const left = [...room.messages.values()].filter(
    ({ event, deleted }) => event.sequence > read && event.sender !== me && deleted === undefined,
  );
  return {
    read,
    head,
    unread: left.length,
    mentions: left.filter(({ event }) => mentionsMe(event)).length,
  };
}

/** What a follower of the stream tells the view of events after `from`; whether it has the messages is up to `has`. */
function feed(
  view: UnreadView,
  { kind, events }: History,
  from: number,
  has: (sequence: number) => boolean,
): void {
  const room = new NaiveRoom(kind);
  for (const event of events) {
    const { sequence, relatesTo: target } = event;
    const message = room.messages.get(target)?.event;
    const isDeletion = event.kind === 'deleted' && room.verdict(event) === 'taken';
    room.apply(event);
    if (sequence <= from) continue;
    const mine = event.sender === me;
    view.event({ sequence, countsUnread: event.kind === 'message', mine, mentionsMe: mentionsMe(event) });
    if (!isDeletion || message === undefined) continue;
    const known = has(target)
      ? { counted: message.sender !== me, mentionedMe: message.sender !== me && mentionsMe(message) }
      : undefined;
    view.deleted({ sequence, target, known });
  }
}

const counts = ({ unread, mentions }: { unread: number; mentions: number }) => ({ unread, mentions });
const at = (of: History, fraction: number, from = 0): number =>
  from + Math.round((of.events.length - from) * fraction);

describe('issue 5: unread counts', () => {
  test('[UNREAD-1] M9: equal a naive recount, from any base, of whoever has the messages: 5,000 histories', () => {
    fc.assert(
      fc.property(history, place, place, (of, first, second) => {
        const head = at(of, first);
        const read = Math.round(head * second);
        const view = new UnreadView(recount(of, read, head));
        feed(view, of, Math.max(0, head - 5), () => true);
        expect([view.exact, counts(view)]).toEqual([true, counts(recount(of, read, of.events.length))]);
        const skipped = (view.firstUnread ?? of.events.length + 1) - 1;
        expect(recount(of, skipped, of.events.length).unread).toBe(view.unread);
      }),
      { numRuns: HISTORIES },
    );
  });

  test('[UNREAD-2] M9: whatever order bases, events and reading come in, the counts never stick: 5,000 histories', () => {
    const steps = fc.array(fc.tuple(place, place, fc.boolean()), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(history, steps, fc.func(fc.boolean()), (of, moves, has) => {
        const view = new UnreadView(EMPTY);
        const end = of.events.length;
        const told = moves.map(([read, head]) => recount(of, Math.round(at(of, head) * read), at(of, head)));
        const [early, late] = [told.filter((_, index) => moves[index]?.[2]), told];
        for (const base of early) view.rebase(base);
        feed(view, of, 0, has);
        for (const base of late) view.rebase(base);
        const read = Math.max(0, ...told.map((base) => base.read));
        const truth = recount(of, read, end);
        expect(view.read).toBe(read);
        if (view.exact) expect(counts(view)).toEqual(counts(truth));
        expect(view.unread).toBeGreaterThanOrEqual(truth.unread);
        view.rebase(truth);
        expect([view.exact, counts(view)]).toEqual([true, counts(truth)]);
        const older = told[0] ?? EMPTY;
        view.rebase(older);
        expect(counts(view)).toEqual(counts(truth));
      }),
      { numRuns: HISTORIES },
    );
  });

  test('[UNREAD-3] M9: reading counts at once, and reading to the head leaves nothing, whatever was counted', () => {
    fc.assert(
      fc.property(history, place, place, fc.nat(2_000), (of, first, second, wrong) => {
        const head = at(of, first);
        const view = new UnreadView({ ...recount(of, 0, head), unread: wrong, mentions: wrong });
        feed(view, of, 0, () => false);
        const cursor = at(of, second, head);
        view.readTo(cursor);
        expect(counts(view)).toEqual(counts(recount(of, cursor, of.events.length)));
        view.readTo(of.events.length);
        expect([view.unread, view.mentions, view.firstUnread, view.exact]).toEqual([0, 0, undefined, true]);
        view.readTo(0);
        expect(view.read).toBe(of.events.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('unread counts at their edges', () => {
  const base = (fields: Partial<UnreadBase> = {}): UnreadBase => ({
    read: 10,
    head: 20,
    unread: 5,
    mentions: 2,
    ...fields,
  });
  const message = (sequence: number, mentions = false) => ({
    sequence,
    countsUnread: true,
    mine: false,
    mentionsMe: mentions,
  });
  const gone = (sequence: number, target: number, known?: Deletion['known']): Deletion => ({
    sequence,
    target,
    known,
  });

  test('[UNREAD-3] what was read before it came is not unread', () => {
    const view = new UnreadView(base());
    view.readTo(22);
    for (const sequence of [21, 22, 23]) view.event(message(sequence, true));
    expect([view.unread, view.mentions, view.firstUnread]).toEqual([1, 1, 23]);
  });

  test('[UNREAD-4] a read cursor within the base leaves an upper bound until the server says', () => {
    const view = new UnreadView(base());
    view.readTo(17);
    expect([view.unread, view.mentions, view.exact, view.firstUnread]).toEqual([3, 2, false, 18]);
    view.rebase(base({ read: 17, unread: 1, mentions: 0 }));
    expect([view.unread, view.mentions, view.exact]).toEqual([1, 0, true]);
  });

  test('[UNREAD-4] a deletion of what the base counts: known, it is taken off; unknown, the server is asked', () => {
    const view = new UnreadView(base());
    view.deleted(gone(21, 15, { counted: true, mentionedMe: true }));
    view.deleted(gone(22, 15, { counted: true, mentionedMe: true }));
    view.deleted(gone(23, 16, { counted: false, mentionedMe: false }));
    view.deleted(gone(24, 5, { counted: true, mentionedMe: true }));
    view.deleted(gone(19, 14, { counted: true, mentionedMe: true }));
    expect([view.unread, view.mentions, view.exact]).toEqual([4, 1, true]);
    view.deleted(gone(25, 17));
    expect([view.unread, view.exact]).toEqual([4, false]);
    view.rebase(base({ head: 25, unread: 3, mentions: 1 }));
    expect([view.unread, view.mentions, view.exact]).toEqual([3, 1, true]);
  });

  test('[UNREAD-4] a deletion that comes before its message, or was made after a base that comes later', () => {
    const view = new UnreadView(base());
    view.deleted(gone(22, 21));
    view.event(message(21, true));
    expect([view.unread, view.mentions]).toEqual([5, 2]);
    view.event(message(23, true));
    view.deleted(gone(25, 23));
    view.rebase(base({ head: 24, unread: 6, mentions: 3 }));
    expect([view.unread, view.mentions, view.exact]).toEqual([5, 2, true]);
  });

  test('[UNREAD-5] counts end at 1,000, which then are "or more"', () => {
    const view = new UnreadView(base({ head: 5_000, unread: UNREAD_MAX, mentions: UNREAD_MAX }));
    view.deleted(gone(5_001, 4_000, { counted: true, mentionedMe: true }));
    expect([view.unread, view.mentions, view.exact]).toEqual([UNREAD_MAX, UNREAD_MAX, false]);
    const live = new UnreadView(EMPTY);
    for (let sequence = 1; sequence <= 3 * UNREAD_MAX; sequence++)
      live.event(message(sequence, sequence % 2 === 0));
    expect([live.unread, live.mentions, live.exact]).toEqual([UNREAD_MAX, UNREAD_MAX, true]);
    live.readTo(3 * UNREAD_MAX - 10);
    expect([live.unread, live.mentions, live.exact, live.firstUnread]).toEqual([
      10,
      5,
      true,
      3 * UNREAD_MAX - 9,
    ]);
    live.deleted(gone(3 * UNREAD_MAX + 1, 3 * UNREAD_MAX));
    expect([live.unread, live.exact]).toEqual([9, false]);
    live.rebase({ read: 2_990, head: 3_001, unread: 9, mentions: 4 });
    expect([live.unread, live.exact]).toEqual([9, true]);
  });

  test('[UNREAD-5] more deletions than are remembered are for the server to count', () => {
    const view = new UnreadView(base({ head: 5_000, unread: 900 }));
    for (let index = 0; index <= UNREAD_MAX; index++)
      view.deleted(gone(6_000 + index, 100 + index, { counted: false, mentionedMe: false }));
    expect(view.exact).toBe(false);
    view.rebase(base({ head: 8_000, unread: 3 }));
    expect([view.unread, view.exact]).toEqual([3, true]);
  });

  test('[UNREAD-2] of two bases at one head the further read cursor holds, and of equal ones the smaller count', () => {
    const view = new UnreadView(base());
    view.rebase(base({ read: 15, unread: 2, mentions: 0 }));
    view.rebase(base());
    expect([view.read, view.unread]).toEqual([15, 2]);
    view.rebase(base({ read: 15, unread: 1, mentions: 0 }));
    view.rebase(base({ read: 15, unread: 2, mentions: 0 }));
    expect([view.unread, view.exact]).toEqual([1, true]);
    view.rebase(base({ read: 12, head: 30, unread: 9 }));
    expect([view.read, view.unread, view.exact]).toEqual([15, 9, false]);
  });
});
