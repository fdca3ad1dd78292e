/**
 * The message that stands in the line and is not sent yet: the others see that it is being written, and half typed when
 * leaving it is kept as the draft of the room it was for, on all devices, and put back into the line at the next start.
 */
import type { Draft, JoinedRoom, SottoClient } from '@sotto/client';
import { LOBBY } from '@sotto/model';
import { sanitizeLine } from '../sanitize.ts';
import type { Conversation, Target } from './command.ts';
import { findConversation } from './conversations.ts';
import type { Seat } from './io.ts';
import { parseLine } from './parse/parse.ts';
import { roomLabel, short } from './text/words.ts';

export class DraftKeeper {
  readonly #client: SottoClient;
  readonly #seat: Seat;
  /** The room whose draft is in the line. */
  #taken: JoinedRoom | undefined;

  constructor(client: SottoClient, seat: Seat) {
    this.#client = client;
    this.#seat = seat;
  }

  /** Puts the first draft that fits into one line there. Resolves its room, and says which others there are. */
  offer(): { room: JoinedRoom | undefined; lines: readonly string[] } {
    const drafts = this.#all();
    const first = drafts.find(({ draft }) => sanitizeLine(draft.text) === draft.text);
    if (first !== undefined) {
      this.#taken = first.room;
      this.#seat.prefill(first.draft.text);
    }
    const others = drafts.filter((one) => one !== first);
    const lines = others.map(({ room, draft }) => `* Draft in ${roomLabel(room)}: ${short(draft.text)}`);
    return { room: first?.room, lines };
  }

  /** A message went there: what was in the line is no draft any more. */
  sent(target: Target): void {
    const room = this.#roomOf(target);
    if (room === undefined || room.number !== this.#taken?.number) return;
    this.#taken = undefined;
    this.#client.account.settings.drafts.set(room.number, '');
  }

  /** Keeps what is in the line for where it would have gone. */
  keep(here: Target | undefined): void {
    const { drafts } = this.#client.account.settings;
    const message = this.message(here);
    if (message !== undefined) drafts.set(message.room.number, message.text);
    else if (this.#seat.typed().trim() === '' && this.#taken !== undefined)
      drafts.set(this.#taken.number, '');
  }

  /** The message that is in the line; undefined for a command, and where it goes to nobody or to several. */
  message(here: Target | undefined): { room: JoinedRoom; text: string } | undefined {
    const parsed = parseLine(this.#seat.typed());
    if (parsed.kind !== 'command' || parsed.command.kind !== 'send') return undefined;
    const { target, text } = parsed.command;
    const room = this.#roomOf(target ?? here);
    return room === undefined ? undefined : { room, text };
  }

  #all(): readonly { room: JoinedRoom; draft: Draft }[] {
    return this.#client.account.settings.drafts.list().flatMap((draft) => {
      const room = this.#client.rooms.find(({ number }) => number === draft.room);
      const isPlain = draft.thread === undefined && draft.replyTo === undefined;
      return room === undefined || !isPlain || draft.text === '' ? [] : [{ room, draft }];
    });
  }

  #roomOf(target: Target | undefined): JoinedRoom | undefined {
    const conversation = conversationOf(target);
    return conversation === undefined ? undefined : findConversation(this.#client.rooms, conversation);
  }
}

/** The one conversation that a target is; undefined for several. */
export function conversationOf(target: Target | undefined): Conversation | undefined {
  if (target === undefined || target.kind === 'room') return target;
  const [person, ...others] = target.recipients;
  return person === undefined || others.length > 0 ? undefined : { kind: 'person', person };
}

/** What to aim at for this room again. */
export function targetOf(room: JoinedRoom): Target {
  return room.peer === undefined
    ? { kind: 'room', room: room.kind === 'lobby' ? LOBBY : room.number }
    : { kind: 'people', recipients: [room.peer.number] };
}
