/** Random histories of a room for property tests: what a server takes, and what it should not have. */
import fc from 'fast-check';
import type { OfferedFile } from '../files/offer.ts';
import { ROOM_KINDS, ROOM_ROLES, type RoomKind, type Standing } from '../permissions.ts';
import type { EventContent, TimelineEvent, TimelineEventKind } from '../timeline/index.ts';
import { NaiveRoom } from './naive-room.ts';

export interface History {
  kind: RoomKind;
  /** From sequence 1, without gaps. */
  events: readonly TimelineEvent[];
}

export const USERS = [1, 2, 3] as const;
const EMOJI = ['👍', '❤️', '\u{1F600}', 'ｚ'] as const;
const TEXTS = ['hello', '@me', '@room look', 'so `@me`'] as const;
const FILE: OfferedFile = {
  name: 'a.png',
  sizeBytes: 70_000,
  mediaType: 'image/png',
  sha256: new Uint8Array(32),
  preview: undefined,
  inline: false,
};
const NO_ID = new Uint8Array(16);

interface Attempt {
  kind: TimelineEventKind;
  sender: number;
  role: Standing;
  /** Which of the messages there are: mostly a few of them, so that a lot happens to those; or any sequence, also ahead. */
  aim: { kind: 'message'; at: number } | { kind: 'anything'; back: number };
  relation: 'none' | 'reply' | 'thread';
  offers: boolean;
  choice: number;
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant<TimelineEventKind>('message') },
    { weight: 6, arbitrary: fc.constantFrom<TimelineEventKind[]>('reactionAdded', 'reactionRemoved') },
    { weight: 5, arbitrary: fc.constantFrom<TimelineEventKind[]>('edited', 'pinned', 'unpinned') },
    { weight: 2, arbitrary: fc.constantFrom<TimelineEventKind[]>('deleted', 'deleted', 'other') },
    { weight: 3, arbitrary: fc.constantFrom<TimelineEventKind[]>('fileAccepted', 'fileDeclined') },
  ),
  sender: fc.constantFrom(...USERS),
  role: fc.constantFrom<Standing[]>('member', 'moderator', 'none', ...ROOM_ROLES),
  aim: fc.oneof(
    { weight: 9, arbitrary: fc.record({ kind: fc.constant('message'), at: fc.nat({ max: 3 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('anything'), back: fc.integer({ min: -2, max: 40 }) }),
    },
  ),
  relation: fc.constantFrom<Attempt['relation'][]>('none', 'reply', 'thread', 'thread'),
  offers: fc.boolean(),
  choice: fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 1 }) }, fc.nat({ max: 3 })),
});

/** A place in a history, as a fraction of it, so that it shrinks with it. Doubles would nearly all be at its ends. */
export const place = fc.nat({ max: 1_000 }).map((thousandths) => thousandths / 1_000);

/** Every attempt becomes an event, whoever made it. */
export const hostileHistory: fc.Arbitrary<History> = historyOf(() => true);

/**
 * As a server keeps them, and with what it should not have taken as far as every reader can tell: attempts without the right,
 * about what is no message, or is deleted. Not those whose fault shows only to whoever has the message and all that
 * happened to it: a reaction that changes nothing, and the deletion of an answer by somebody who may not [VIEW-3].
 */
export const history: fc.Arbitrary<History> = historyOf((room, event) => {
  const verdict = room.verdict(event);
  if (event.kind === 'deleted') return verdict === 'taken' || event.thread === 0;
  return verdict !== 'changesNothing' || !event.kind.startsWith('reaction');
});

function historyOf(isTaken: (room: NaiveRoom, event: TimelineEvent) => boolean): fc.Arbitrary<History> {
  const attempts = fc.array(attempt, { minLength: 1, maxLength: 40, size: 'max' });
  return fc.tuple(fc.constantFrom(...ROOM_KINDS), attempts).map(([kind, tried]) => {
    const room = new NaiveRoom(kind);
    const events: TimelineEvent[] = [];
    for (const each of tried) {
      const event = toEvent(each, events.length + 1, room);
      if (!isTaken(room, event)) continue;
      room.apply(event);
      events.push(event);
    }
    return { kind, events };
  });
}

function toEvent(made: Attempt, sequence: number, room: NaiveRoom) {
  const { kind, sender, role, aim, relation } = made;
  const there = [...room.messages.keys()];
  const named = aim.kind === 'anything' ? sequence - aim.back : there.at(aim.at % Math.max(1, there.length));
  const relatesTo = kind === 'message' && relation !== 'reply' ? 0 : Math.max(0, named ?? 0);
  const own = relation === 'thread' ? Math.max(0, named ?? 0) : 0;
  return {
    sequence,
    kind,
    sender,
    role,
    timeMs: 1_000 * sequence,
    relatesTo,
    thread: kind === 'message' ? own : (room.messages.get(relatesTo)?.event.thread ?? 0),
    content: contentFor(made),
    clientMessageId: NO_ID,
  } satisfies TimelineEvent;
}

function contentFor({ kind, choice, offers }: Attempt): EventContent {
  if (kind === 'message' || kind === 'edited') {
    const text = TEXTS[choice] ?? '';
    return offers ? { kind: 'file', file: FILE, text } : { kind: 'text', text };
  }
  if (kind === 'reactionAdded' || kind === 'reactionRemoved')
    return { kind: 'emoji', emoji: EMOJI[choice] ?? '' };
  return { kind: 'none' };
}
