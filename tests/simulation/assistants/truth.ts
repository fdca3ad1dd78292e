/** What was so in one room, by its log: an account of rights that is not the server's. */
import { decodeMessage } from '@sotto/protocol';
import { AssistantAccess, ContentSchema, EventKind, HistoryAccess } from '@sotto/schema';
import type { StoredEvent } from '@sotto/server/testing';

export interface RoomTruthOptions {
  log: readonly StoredEvent[];
  /** Where it is direct. */
  pair: readonly [number, number] | undefined;
  isLobby: boolean;
  /** As it begins. */
  history: HistoryAccess;
}

/** After one event of the log. */
interface State {
  /** The first event that each member may read where history begins with joining. */
  readonly members: ReadonlyMap<number, number>;
  readonly history: HistoryAccess;
  readonly access: AssistantAccess;
}

const OUT: ReadonlySet<EventKind> = new Set([
  EventKind.MEMBER_LEFT,
  EventKind.MEMBER_KICKED,
  EventKind.MEMBER_BANNED,
]);

export class RoomTruth {
  readonly log: readonly StoredEvent[];
  readonly #options: RoomTruthOptions;
  /** One more than there are events. */
  readonly #states: State[];

  constructor(options: RoomTruthOptions) {
    this.#options = options;
    this.log = options.log;
    let state: State = { members: new Map(), history: options.history, access: AssistantAccess.ALLOWED };
    this.#states = [state];
    for (const event of options.log) {
      state = after(state, event);
      this.#states.push(state);
    }
  }

  event(sequence: number): StoredEvent | undefined {
    return this.log[sequence - 1];
  }

  byId(id: string): StoredEvent | undefined {
    return this.log.find(({ clientMessageId }) => clientMessageId?.toHex() === id);
  }

  /** How many events there may have been within that time. */
  *moments(fromMs: number, toMs: number): Iterable<number> {
    const first = this.log.findIndex(({ timeMs }) => timeMs > fromMs);
    for (let events = first === -1 ? this.log.length : first; events <= this.log.length; events++) {
      if (events > 0 && (this.log[events - 1]?.timeMs ?? 0) > toMs) return;
      yield events;
    }
  }

  isMember(user: number, events: number): boolean {
    const { isLobby, pair } = this.#options;
    return isLobby || (pair?.includes(user) ?? this.#state(events).members.has(user));
  }

  mayRead(user: number, sequence: number, events: number): boolean {
    if (!this.isMember(user, events)) return false;
    const { history, members } = this.#state(events);
    return history === HistoryAccess.ALL || sequence >= (members.get(user) ?? 1);
  }

  access(events: number): AssistantAccess {
    return this.#state(events).access;
  }

  /** What the message says is what this event said: the message itself or an edit of it. */
  stands(event: StoredEvent, events: number): boolean {
    if (event.sequence > events) return false;
    const message = event.kind === EventKind.MESSAGE_EDITED ? event.relatesTo : event.sequence;
    return !this.log
      .slice(event.sequence, events)
      .some(
        ({ kind, relatesTo }) =>
          relatesTo === message && (kind === EventKind.MESSAGE_DELETED || kind === EventKind.MESSAGE_EDITED),
      );
  }

  #state(events: number): State {
    const state = this.#states[events];
    if (state === undefined) throw new Error(`no moment ${events}`);
    return state;
  }
}

function after(state: State, event: StoredEvent): State {
  if (event.kind === EventKind.MESSAGE || event.content.length === 0) return state;
  const { content } = decodeMessage(ContentSchema, event.content, 'content');
  if (event.kind === EventKind.ROOM_CHANGED && content.case === 'settings') {
    const { history = state.history, assistants = state.access } = content.value;
    return { ...state, history, access: assistants };
  }
  if (content.case !== 'member') return state;
  const { user } = content.value;
  const members = new Map(state.members);
  // Who makes a room is there from its first event on.
  if (event.kind === EventKind.MEMBER_JOINED) members.set(user, event.sequence === 2 ? 1 : event.sequence);
  else if (OUT.has(event.kind)) members.delete(user);
  return { ...state, members };
}
