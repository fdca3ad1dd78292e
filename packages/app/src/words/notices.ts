/** What happened in a room beside its messages, in sentences. */
import type { NoticeEvent, Person, RoomChanges, TimelineNotice } from '@sotto/client';
import type { RoomKind, Sequence, UserNumber } from '@sotto/model';
import { untilWords } from './moments.ts';

export interface NoticeLine {
  /** One sentence, without a full stop. */
  words: string;
  /** The message that it is about. */
  target: Sequence | undefined;
}

/** Ascending; what happened several times in a row, as when many come in, is one line. `me`: whom to call "you". */
export function noticeLines(
  notices: readonly TimelineNotice[],
  me: UserNumber | undefined,
): readonly NoticeLine[] {
  const called = calling(me);
  return inRuns(notices.filter(isNews)).flatMap((run): NoticeLine[] => {
    const [first] = run;
    if (first === undefined) return [];
    const who = listed(peopleOf(run).map((person, at) => called(person, at === 0 && !isDoneTo(first))));
    const by = called(first.by, true);
    if (first.event.kind === 'roomChanged')
      return run.flatMap(({ event }) =>
        event.kind === 'roomChanged' ? changedLines(called(event.by, true), event.changes) : [],
      );
    const target = first.event.kind === 'messagePinned' ? first.event.target : undefined;
    return [{ words: sentence(first.event, by, who, isDoneTo(first)), target }];
  });
}

/** Who makes a room is in it. */
const isNews = ({ event, by }: TimelineNotice, at: number, all: readonly TimelineNotice[]): boolean =>
  event.kind !== 'memberJoined' ||
  all[at - 1]?.event.kind !== 'roomCreated' ||
  event.member.number !== by.number;

/** Those of one kind by one person are told of together, but for what says more than whom it happened to. */
function inRuns(notices: readonly TimelineNotice[]): readonly (readonly TimelineNotice[])[] {
  const runs: TimelineNotice[][] = [];
  for (const notice of notices) {
    const last = runs.at(-1);
    const [first] = last ?? [];
    if (last !== undefined && first !== undefined && sameOf(first) === sameOf(notice)) last.push(notice);
    else runs.push([notice]);
  }
  return runs;
}

function sameOf(notice: TimelineNotice): string {
  const { event, sequence, by } = notice;
  switch (event.kind) {
    case 'memberJoined':
      return isDoneTo(notice) ? `added ${by.number}` : 'joined';
    case 'memberLeft':
      return 'left';
    case 'memberRoleChanged':
      return `role ${by.number} ${event.role}`;
    default:
      return String(sequence);
  }
}

const personOf = (event: NoticeEvent): Person | undefined => ('member' in event ? event.member : undefined);

/** By somebody else. */
const isDoneTo = ({ event, by }: TimelineNotice): boolean => {
  const person = personOf(event);
  return person !== undefined && person.number !== by.number;
};

/** Each once, in order. */
const peopleOf = (run: readonly TimelineNotice[]): readonly Person[] => [
  ...new Map(run.flatMap(({ event }) => personOf(event) ?? []).map((each) => [each.number, each])).values(),
];

const NAMED_MAX = 3;

function listed(names: readonly string[]): string {
  const shown = names.length > NAMED_MAX + 1 ? names.slice(0, NAMED_MAX) : names;
  const rest = names.length - shown.length;
  const parts = rest === 0 ? shown : [...shown, `${rest} others`];
  const last = parts.at(-1) ?? '';
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last;
}

const calling =
  (me: UserNumber | undefined) =>
  ({ number, displayName, name }: Person, isFirst: boolean): string => {
    if (number === 0) return isFirst ? 'The server' : 'the server';
    if (number === me) return isFirst ? 'You' : 'you';
    return displayName || name;
  };

const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`);

const ROLE_WORDS = {
  guest: 'a guest',
  member: 'a member',
  moderator: 'a moderator',
  admin: 'an admin',
  owner: 'an owner',
} as const;

function sentence(
  event: Exclude<NoticeEvent, { kind: 'roomChanged' }>,
  by: string,
  who: string,
  isByOther: boolean,
): string {
  switch (event.kind) {
    case 'roomCreated':
      return `${by} made this room`;
    case 'memberJoined':
      return isByOther ? `${by} added ${who}` : `${who} joined`;
    case 'memberLeft':
      return `${who} left`;
    case 'memberRoleChanged':
      return isByOther
        ? `${by} made ${who} ${ROLE_WORDS[event.role]}`
        : `${by} became ${ROLE_WORDS[event.role]}`;
    case 'memberKicked':
      return `${by} removed ${who}${because(event.reason)}`;
    case 'memberBanned':
      return `${by} banned ${who}${untilWords(event.until)}${because(event.reason)}`;
    case 'memberUnbanned':
      return `${by} lifted the ban on ${who}`;
    case 'memberMuted':
      return `${by} muted ${who}${untilWords(event.until)}${because(event.reason)}`;
    case 'memberUnmuted':
      return `${by} let ${who} write again`;
    case 'messagePinned':
      return `${by} pinned a message`;
  }
}

const KIND_WORDS: Readonly<Record<RoomKind, string>> = {
  lobby: 'the lobby',
  public: 'public',
  private: 'private',
  announcement: 'a room for announcements',
  direct: 'direct messages',
};

/** In the order of what people care for. */
function changedLines(by: string, changes: RoomChanges): NoticeLine[] {
  const { name, topic, kind, slowModeSeconds, retentionDays, archived, history } = changes;
  const words = [
    name !== undefined && `renamed the room to ${name}`,
    topic !== undefined && (topic === '' ? 'removed the topic' : `set the topic: ${topic}`),
    kind !== undefined && `made the room ${KIND_WORDS[kind]}`,
    archived !== undefined && (archived ? 'archived the room' : 'took the room out of the archive'),
    slowModeSeconds !== undefined &&
      (slowModeSeconds === 0 ? 'turned slow mode off' : `set slow mode to ${slowModeSeconds} s`),
    retentionDays !== undefined && `set how long messages are kept: ${keptWords(retentionDays)}`,
    history !== undefined &&
      (history === 'all' ? 'let new members read all of it' : 'let new members read what comes after them'),
    ('assistants' in changes || 'assistantInstructions' in changes) && 'changed what assistants do here',
  ];
  return words.flatMap((what) => (what === false ? [] : [{ words: `${by} ${what}`, target: undefined }]));
}

export const keptWords = (days: number): string =>
  days === 0 ? 'for ever' : days === 1 ? '1 day' : `${days} days`;
