/** From a timeline to rows: groups, days, the line of what is new. Rows that say the same stay the same object. */
import type { Answer, MessageView, TimelineItem, TimelineNotice } from '@sotto/client';
import type { Sequence, UserNumber } from '@sotto/model';
import { kept } from '../slice.ts';
import type { Transfer } from '../transfers.ts';
import type { Item } from './items.ts';
import { withNotices } from './notices.ts';

/** Messages of one author this near to the first of them are a group. */
export const GROUP_MS = 5 * 60_000;

export interface RowInput {
  items: readonly TimelineItem[];
  /** A loaded message. */
  message(sequence: Sequence): MessageView | undefined;
  /** The line stands above the first message of others behind it. */
  newAfter: Sequence | undefined;
  /** What happened in the same stretch. */
  notices: readonly TimelineNotice[];
  answers: readonly Answer[];
  uploads: readonly Transfer[];
  /** Shows messages of threads as well. */
  isThread: boolean;
}

export type Bare = Item extends infer Each
  ? Each extends Item
    ? Omit<Each, 'isFirstOfDay' | 'isFirstNew' | 'isHead'>
    : never
  : never;

/** `before`: what was built last. */
export function buildItems(input: RowInput, before: readonly Item[] = []): readonly Item[] {
  const said = withNotices(fromTimeline(input), input.notices);
  const rows = [...said, ...fromUploads(input), ...fromAnswers(input)];
  return kept(before, placed(rows, input.newAfter), ({ key }) => key);
}

function fromTimeline({ items, message, isThread }: RowInput): Bare[] {
  const referred = new Set(items.map((item) => item.message.replyTo));
  return items.flatMap((item): Bare[] => {
    const { key, message: said } = item;
    if (!isThread && said.thread !== undefined) return [];
    const repliedTo = said.replyTo === undefined ? undefined : message(said.replyTo);
    if (item.kind === 'pending') {
      return [{ kind: 'pending', key, at: item.message.at, message: item.message, repliedTo }];
    }
    if (isGone(item.message, referred)) return [];
    return [{ kind: 'message', key, at: item.message.sentAt, view: item.message, repliedTo }];
  });
}

/** Deleted, and nothing refers to it. */
const isGone = ({ deleted, replies, sequence }: MessageView, referred: ReadonlySet<Sequence | undefined>) =>
  deleted !== undefined && replies === undefined && !referred.has(sequence);

/** Those that are no message yet, not even a pending one. */
function fromUploads({ items, uploads }: RowInput): Bare[] {
  if (uploads.length === 0) return [];
  const there = new Set(items.map(({ message }) => message.clientMessageId));
  return uploads
    .filter(({ id }) => !there.has(id))
    .map((transfer) => ({ kind: 'upload', key: `upload:${transfer.id}`, at: transfer.at, transfer }));
}

/** Until the message is there that it became: the two are told of apart. */
function fromAnswers({ items, answers }: RowInput): Bare[] {
  if (answers.length === 0) return [];
  const said = new Set(items.map(({ message: { sender, replyTo } }) => `${sender.number}/${replyTo}`));
  return answers
    .filter(({ assistant, question }) => !said.has(`${assistant.number}/${question}`))
    .map((answer) => ({ kind: 'answer', key: `answer:${answer.id}`, at: undefined, answer }));
}

function placed(rows: readonly Bare[], newAfter: Sequence | undefined): Item[] {
  let day = '';
  let head: { by: UserNumber | undefined; atMs: number } | undefined;
  let hasNew = newAfter === undefined;
  return rows.map((row) => {
    const isFirstOfDay = row.at !== undefined && dayOf(row.at) !== day;
    if (row.at !== undefined) day = dayOf(row.at);
    const isFirstNew = !hasNew && isNew(row, newAfter);
    hasNew ||= isFirstNew;
    const by = authorOf(row);
    const atMs = row.at?.getTime() ?? 0;
    const goesOn = head !== undefined && by !== undefined && head.by === by && atMs - head.atMs < GROUP_MS;
    const isHead = isFirstOfDay || isFirstNew || !goesOn || begins(row);
    if (isHead) head = { by: endsGroup(row) ? undefined : by, atMs };
    return { ...row, isFirstOfDay, isFirstNew, isHead };
  });
}

const isNew = (row: Bare, newAfter: Sequence | undefined): boolean =>
  row.kind === 'message' && newAfter !== undefined && row.view.sequence > newAfter && !row.view.mine;

/** An answer to a message shows that message above it, so it begins a group; what is hidden or gone is by itself. */
const begins = (row: Bare): boolean =>
  (row.kind === 'message' && (row.view.replyTo !== undefined || endsGroup(row))) ||
  (row.kind === 'pending' && row.message.replyTo !== undefined) ||
  row.kind === 'upload';

const endsGroup = (row: Bare): boolean =>
  row.kind === 'message' && (row.view.hidden || row.view.deleted !== undefined);

function authorOf(row: Bare): UserNumber | undefined {
  switch (row.kind) {
    case 'message':
      return row.view.sender.number;
    case 'pending':
      return row.message.sender.number;
    case 'answer':
    case 'upload':
    case 'notice':
      return undefined;
  }
}

/** Where the reader is. */
const dayOf = (at: Date): string => `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
