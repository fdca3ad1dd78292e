/** Messages as they are now: the model's views with names in them. */
import type { MessageView as Folded, RoomRole, Sequence } from '@sotto/model';
import { Timeline, toTimelineEvent } from '@sotto/model';
import { type Event, EventKind, type MessageState } from '@sotto/schema';
import { toHex } from '../hex.ts';
import type { MessageView, Room } from '../types.ts';
import type { Describing } from './events.ts';
import { toFileInfo } from './files.ts';
import { isMentioned } from './me.ts';
import { toDate, toRole, toSequenceOrNothing } from './values.ts';

export interface Viewing extends Describing {
  isBlocked(user: number): boolean;
}

export function toView(folded: Folded, role: RoomRole, room: Room, viewing: Viewing): MessageView {
  const { sequence, sender, timeMs, body, edited, replies, lastReply } = folded;
  const { me, named } = viewing;
  return {
    room,
    sequence: sequence as Sequence,
    sender: named(sender),
    role,
    sentAt: toDate(timeMs),
    text: body.kind === 'text' ? body.text : undefined,
    file: folded.file && toFileInfo(folded.file, folded.fileAnswer),
    mine: sender === me?.number,
    replyTo: toSequenceOrNothing(folded.replyTo),
    thread: toSequenceOrNothing(folded.thread),
    mentionsMe: isMentioned(folded.mentions, { sender, role }, room.kind, me),
    clientMessageId: toHex(folded.clientMessageId),
    hidden: viewing.isBlocked(sender),
    edited: edited && { times: edited.edits, at: toDate(edited.timeMs) },
    deleted: body.kind === 'deleted' ? { by: named(body.by), at: toDate(body.at) } : undefined,
    pinned: folded.pinned,
    reactions: folded.reactions,
    replies:
      replies === 0 || lastReply === undefined
        ? undefined
        : { count: replies, last: lastReply.sequence as Sequence, lastAt: toDate(lastReply.timeMs) },
  };
}

/** Users whose names the views of a page need. */
export const usersOf = (events: readonly Event[], states: readonly MessageState[]): number[] => [
  ...events.map(({ sender }) => sender),
  ...states.flatMap(({ deletedBy }) => (deletedBy === 0 ? [] : [deletedBy])),
];

/** Messages, perhaps other events, of one room. Where all are as of one head, it says so. */
export interface Page {
  events: readonly Event[];
  states: readonly MessageState[];
  head?: number;
}

/** In the order of the page's events. The names are known. */
export function toViews(
  { events, states, head }: Page,
  room: Room,
  viewing: Viewing,
): readonly MessageView[] {
  const timeline = new Timeline({ kind: room.kind, me: viewing.me?.number ?? 0 });
  const told = events.map(toTimelineEvent);
  if (head === undefined) {
    timeline.add(told);
    timeline.addStates(states);
  } else timeline.addPage({ events: told, states, head });
  return events.flatMap(({ kind, sequence, role }) => {
    const folded = kind === EventKind.MESSAGE ? timeline.view(sequence) : undefined;
    return folded === undefined ? [] : [toView(folded, toRole(role), room, viewing)];
  });
}
