/**
 * The connection's states (T9) as a table [STATE-1]. docs/spec/session.md shows the same table as a diagram; a test
 * compares the two.
 */
export type ConnectionState =
  | 'DISCONNECTED'
  | 'CONNECTING'
  | 'CONNECTED'
  | 'AUTHENTICATED'
  | 'SENDING_MESSAGE'
  | 'DISCONNECTING'
  | 'ERROR';

export type StateEvent =
  | 'open'
  | 'negotiated'
  | 'granted'
  | 'sendBegun'
  | 'sendsSettled'
  | 'fault'
  | 'recovered'
  | 'close'
  | 'closed';

/** ERROR leads back to wherever the fault came from. */
type Target = ConnectionState | 'PREVIOUS';

export const TRANSITIONS: Readonly<Record<ConnectionState, Partial<Record<StateEvent, Target>>>> = {
  DISCONNECTED: { open: 'CONNECTING' },
  CONNECTING: { negotiated: 'CONNECTED', fault: 'ERROR', close: 'DISCONNECTING', closed: 'DISCONNECTED' },
  CONNECTED: { granted: 'AUTHENTICATED', fault: 'ERROR', close: 'DISCONNECTING', closed: 'DISCONNECTED' },
  AUTHENTICATED: {
    sendBegun: 'SENDING_MESSAGE',
    fault: 'ERROR',
    close: 'DISCONNECTING',
    closed: 'DISCONNECTED',
  },
  SENDING_MESSAGE: {
    sendsSettled: 'AUTHENTICATED',
    fault: 'ERROR',
    close: 'DISCONNECTING',
    closed: 'DISCONNECTED',
  },
  ERROR: { recovered: 'PREVIOUS', close: 'DISCONNECTING', closed: 'DISCONNECTED' },
  DISCONNECTING: { closed: 'DISCONNECTED' },
};

export class StateMachine {
  #state: ConnectionState = 'DISCONNECTED';
  #previous: ConnectionState = 'DISCONNECTED';

  get state(): ConnectionState {
    return this.#state;
  }

  allows(event: StateEvent): boolean {
    return TRANSITIONS[this.#state][event] !== undefined;
  }

  /** Throws on an event the table does not have: the caller is wrong, not the peer. */
  apply(event: StateEvent): void {
    const target = TRANSITIONS[this.#state][event];
    if (target === undefined) throw new Error(`no transition from ${this.#state} on ${event}`);
    const from = this.#state;
    this.#state = target === 'PREVIOUS' ? this.#previous : target;
    if (event === 'fault') this.#previous = from;
  }
}
