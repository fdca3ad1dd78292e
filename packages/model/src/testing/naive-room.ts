/**
 * A room as a server keeps it, in the plainest way: each event changes what is there, one after the other. What views must
 * come to, by other means than the fold.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { ContentSchema, FileAnswer, type MessageState, MessageStateSchema } from '@sotto/schema';
import { mayInRoom, type RoomAction, type RoomKind } from '../permissions.ts';
import type { TimelineEvent } from '../timeline/index.ts';

export interface NaiveMessage {
  event: TimelineEvent;
  text: string;
  edit: { sequence: number; timeMs: number; text: string } | undefined;
  edits: number;
  deleted: { by: number; at: number } | undefined;
  pinned: boolean;
  answer: 'accepted' | 'declined' | undefined;
  /** `emoji user`, of each reaction. */
  reactions: Set<string>;
  lastReply: { sequence: number; timeMs: number } | undefined;
}

export class NaiveRoom {
  readonly messages = new Map<number, NaiveMessage>();
  readonly #kinds: readonly RoomKind[];
  head = 0;

  constructor(kind: RoomKind) {
    this.#kinds = kind === 'lobby' || kind === 'direct' ? [kind] : ['public', 'announcement', 'private'];
  }

  /** What a server says to it; whoever may in one of the kinds that a room can turn into, may. */
  verdict(event: TimelineEvent): 'taken' | 'changesNothing' | 'refused' {
    if (event.kind === 'other') return 'taken';
    if (event.kind === 'message')
      return event.thread === 0 || this.#isRoot(event.thread) ? 'taken' : 'refused';
    const target = this.messages.get(event.relatesTo);
    if (target === undefined || target.deleted !== undefined || !this.#may(event, target)) return 'refused';
    if (isAnswer(event)) return target.answer === undefined ? 'taken' : 'changesNothing';
    const isThere = event.kind.startsWith('reaction')
      ? target.reactions.has(reactionOf(event))
      : target.pinned;
    const isSo = event.kind === 'reactionAdded' || event.kind === 'pinned' ? isThere : !isThere;
    return isSo && event.kind !== 'edited' && event.kind !== 'deleted' ? 'changesNothing' : 'taken';
  }

  apply(event: TimelineEvent): void {
    this.head = event.sequence;
    if (event.kind === 'message') this.#write(event);
    else if (event.kind !== 'other' && this.verdict(event) === 'taken') this.#change(event);
  }

  replies(root: number): number {
    if (!this.#isRoot(root)) return 0;
    const answers = [...this.messages.values()].filter(({ event }) => event.thread === root);
    return answers.filter(({ event, deleted }) => event.sequence > root && !deleted).length;
  }

  counts(target: number, me: number) {
    const reactions = [...(this.messages.get(target)?.reactions ?? [])].map((each) => each.split(' '));
    const emoji = [...new Set(reactions.map(([name = '']) => name))];
    return emoji
      .map((name) => {
        const users = reactions.filter(([each]) => each === name).map(([, user]) => Number(user));
        return { emoji: name, count: users.length, mine: users.includes(me) };
      })
      .sort((one, other) => other.count - one.count || Buffer.compare(utf8(one.emoji), utf8(other.emoji)));
  }

  /** As the server gives it with a page, of messages that something has happened to. */
  state(target: number, me: number): MessageState | undefined {
    const message = this.messages.get(target);
    if (message === undefined) return undefined;
    const { edit, edits, deleted, pinned, answer, lastReply } = message;
    const reactions = this.counts(target, me);
    if (!edit && !deleted && !pinned && !answer && !lastReply && reactions.length === 0) return undefined;
    return create(MessageStateSchema, {
      target,
      asOf: this.head,
      ...(edit && { edit: { sequence: edit.sequence, timeMs: edit.timeMs, content: plain(edit.text) } }),
      edits,
      deletedBy: deleted?.by ?? 0,
      deletedMs: deleted?.at ?? 0,
      pinned,
      reactions,
      replies: this.replies(target),
      lastReply: lastReply?.sequence ?? 0,
      lastReplyMs: lastReply?.timeMs ?? 0,
      fileAnswer:
        answer === undefined ? 0 : answer === 'accepted' ? FileAnswer.ACCEPTED : FileAnswer.DECLINED,
    });
  }

  #may(event: TimelineEvent, target: NaiveMessage): boolean {
    const { kind, sender, role } = event;
    const may = (action: RoomAction) => this.#kinds.some((each) => mayInRoom(each, role, action));
    if (kind === 'edited') return target.event.sender === sender;
    if (kind === 'deleted') return target.event.sender === sender || may('deleteAny');
    if (isAnswer(event)) {
      return target.event.sender !== sender && target.event.content.kind === 'file' && may('answerFile');
    }
    return may(kind === 'pinned' || kind === 'unpinned' ? 'pin' : 'react');
  }

  #isRoot(sequence: number): boolean {
    return this.messages.get(sequence)?.event.thread === 0;
  }

  #write(event: TimelineEvent): void {
    const root = this.messages.get(event.thread);
    if (root !== undefined && this.#isRoot(event.thread)) {
      root.lastReply = { sequence: event.sequence, timeMs: event.timeMs };
    }
    this.messages.set(event.sequence, {
      event,
      text: textOf(event),
      edit: undefined,
      edits: 0,
      deleted: undefined,
      pinned: false,
      answer: undefined,
      reactions: new Set(),
      lastReply: undefined,
    });
  }

  #change(event: TimelineEvent): void {
    const target = this.messages.get(event.relatesTo);
    if (target === undefined) return;
    const { sequence, timeMs, sender } = event;
    if (event.kind === 'edited') {
      target.edit = { sequence, timeMs, text: textOf(event) };
      target.edits++;
    } else if (event.kind === 'deleted') {
      const answer = undefined;
      const emptied = { edit: undefined, edits: 0, pinned: false, answer, reactions: new Set<string>() };
      Object.assign(target, emptied, { deleted: { by: sender, at: timeMs } });
    } else if (event.kind === 'reactionAdded') target.reactions.add(reactionOf(event));
    else if (event.kind === 'reactionRemoved') target.reactions.delete(reactionOf(event));
    else if (isAnswer(event)) target.answer = event.kind === 'fileAccepted' ? 'accepted' : 'declined';
    else target.pinned = event.kind === 'pinned';
  }
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = ({ content }: TimelineEvent): string =>
  content.kind === 'text' || content.kind === 'file' ? content.text : '';
const isAnswer = ({ kind }: TimelineEvent): boolean => kind === 'fileAccepted' || kind === 'fileDeclined';
const reactionOf = ({ content, sender }: TimelineEvent): string =>
  `${content.kind === 'emoji' ? content.emoji : ''} ${sender}`;

export const plain = (text: string): Uint8Array =>
  toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value: text } }));
