/** What must hold once all is quiet: who was put out got nothing later, and everybody sees the same (M9, M10). */
import { create } from '@bufbuild/protobuf';
import type { MessageView as SdkView } from '@sotto/client';
import {
  type MessageView,
  mayInRoom,
  mentionsIn,
  type RoomNumber,
  roomStream,
  type Sequence,
  Timeline,
  type TimelineEvent,
  toTimelineEvent,
} from '@sotto/model';
import { EventKind, EventSchema } from '@sotto/schema';
import type { Store, StoredEvent } from '@sotto/server/testing';
import type { Resident } from './resident.ts';

const EVERYTHING = 100_000;

const REMOVALS: ReadonlySet<EventKind> = new Set([
  EventKind.MEMBER_LEFT,
  EventKind.MEMBER_KICKED,
  EventKind.MEMBER_BANNED,
]);

export interface Stay {
  /** The event that brought the member in. */
  from: number;
  /** The one that took the member out; undefined while it is there. */
  to: number | undefined;
}

export async function readLog(store: Store, room: RoomNumber): Promise<readonly StoredEvent[]> {
  return store.events.read(roomStream(room), 0 as Sequence, EVERYTHING);
}

/** When the user was a member, as the log has it. */
export function staysOf(log: readonly StoredEvent[], user: number, decode: Decode): readonly Stay[] {
  const stays: Stay[] = [];
  for (const event of log) {
    if (decode(event) !== user) continue;
    const last = stays.at(-1);
    if (event.kind === EventKind.MEMBER_JOINED)
      stays.push({ from: founds(event) ? 1 : event.sequence, to: undefined });
    else if (REMOVALS.has(event.kind) && last !== undefined && last.to === undefined)
      last.to = event.sequence;
  }
  return stays;
}

/** Who makes a room is there from its first event on. */
const founds = ({ sequence }: StoredEvent): boolean => sequence === 2;

/** Whom an event about a member is about. */
export type Decode = (event: StoredEvent) => number | undefined;

/** A room that shows members what came since they joined: nothing of it from outside their stays. */
export function judgeRemoval(
  resident: Resident,
  room: number,
  stays: readonly Stay[],
  problems: string[],
): void {
  const allowed = (sequence: number) =>
    stays.some(({ from, to = Number.POSITIVE_INFINITY }) => from <= sequence && sequence <= to);
  const told = stays.map(({ from, to }) => `${from}-${to ?? ''}`).join(' ');
  for (const sequence of resident.heard.get(room) ?? [])
    if (!allowed(sequence)) problems.push(`${resident.name} heard ${sequence}, being there ${told}`);
  for (const sequence of resident.read.get(room) ?? [])
    if (!allowed(sequence)) problems.push(`${resident.name} read ${sequence}, being there ${told}`);
}

const toEvent = (event: StoredEvent): TimelineEvent =>
  toTimelineEvent(
    create(EventSchema, { ...event, clientMessageId: event.clientMessageId ?? new Uint8Array(0) }),
  );

/** What the reducer makes of the whole log, for one reader. */
export function truth(log: readonly StoredEvent[], me: number): Timeline {
  const timeline = new Timeline({ kind: 'private', me });
  for (const event of log) timeline.add(toEvent(event));
  return timeline;
}

/** What the SDK and the reducer both say of a message. */
function ofReducer(view: MessageView): unknown {
  const { body, edited, reactions, lastReply } = view;
  return {
    sequence: view.sequence,
    sender: view.sender,
    text: body.kind === 'text' ? body.text : undefined,
    file: view.file && [view.file.name, view.file.sizeBytes, view.fileAnswer],
    deletedBy: body.kind === 'deleted' ? body.by : undefined,
    edits: edited?.edits ?? 0,
    pinned: view.pinned,
    reactions,
    replies: view.replies,
    lastReply: view.replies === 0 ? undefined : lastReply?.sequence,
  };
}

function ofSdk(view: SdkView): unknown {
  return {
    sequence: view.sequence,
    sender: view.sender.number,
    text: view.text,
    file: view.file && [view.file.name, view.file.sizeBytes, view.file.answer],
    deletedBy: view.deleted?.by.number,
    edits: view.edited?.times ?? 0,
    pinned: view.pinned,
    reactions: view.reactions,
    replies: view.replies?.count ?? 0,
    lastReply: view.replies?.last,
  };
}

/** Views of one reader, however they came about, against those of the whole log. */
export function judgeViews(who: string, seen: readonly SdkView[], whole: Timeline, problems: string[]): void {
  for (const view of seen) {
    const expected = whole.view(view.sequence);
    const [is, shouldBe] = [JSON.stringify(ofSdk(view)), JSON.stringify(expected && ofReducer(expected))];
    if (is !== shouldBe) problems.push(`${who}: ${is} is ${shouldBe} by the log`);
  }
}

/** A count by hand: messages after the cursor that others wrote, that are there, and that the member may read. */
export function recount(
  log: readonly StoredEvent[],
  me: { number: number; name: string },
  since: number,
  read: number,
): { unread: number; mentions: number } {
  let [unread, mentions] = [0, 0];
  for (const event of log) {
    if (event.kind !== EventKind.MESSAGE || event.sequence < since || event.sequence <= read) continue;
    if (event.sender === me.number || event.content.length === 0) continue;
    unread++;
    if (isMentioned(event, me.name)) mentions++;
  }
  return { unread, mentions };
}

/** As it was sent [UNREAD-1]. */
function isMentioned(message: StoredEvent, name: string): boolean {
  const { content, role } = toEvent(message);
  if (content.kind !== 'text' && content.kind !== 'file') return false;
  const { names, room } = mentionsIn(content.text);
  return names.includes(name) || (room && mayInRoom('private', role, 'mentionRoom'));
}
