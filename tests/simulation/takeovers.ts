/** Who holds which session at the server, as its own answers say [SESSION-8] [SESSION-9]. */
import { decode } from '@sotto/protocol';
import { FrameType } from '@sotto/schema';
import type { Connection } from '@sotto/transport';

interface Holder {
  connection: Connection;
  generation: number;
}

export class Takeovers {
  readonly #holders = new Map<string, Holder>();
  readonly #ended = new WeakSet<Connection>();
  readonly #superseded = new WeakSet<Connection>();
  readonly #nameOf: (session: string) => string;
  readonly #log: (what: string) => void;
  readonly #problem: (what: string) => void;
  count = 0;

  constructor(options: {
    nameOf: (session: string) => string;
    log: (what: string) => void;
    problem: (what: string) => void;
  }) {
    this.#nameOf = options.nameOf;
    this.#log = options.log;
    this.#problem = options.problem;
  }

  /** Looks at whatever the server sends on it from now on. */
  watch(connection: Connection): void {
    const send = connection.send.bind(connection);
    connection.send = (lane, frames) => {
      const type = frames[1];
      if (type === FrameType.SESSION_GRANTED) this.#granted(connection, frames);
      const isTaken = send(lane, frames);
      if (isTaken && this.#superseded.has(connection))
        this.#problem(`the server sent ${type} where the session is no more`);
      return isTaken;
    };
    const close = connection.close.bind(connection);
    connection.close = () => {
      this.#ended.add(connection);
      close();
    };
  }

  closed(connection: Connection): void {
    this.#ended.add(connection);
  }

  #granted(connection: Connection, frame: Uint8Array): void {
    const { sessionId, generation } = decode('sessionGranted', frame);
    const name = this.#nameOf(sessionId);
    const before = this.#holders.get(sessionId);
    this.#log(`${name} has generation ${generation} over ${connection.transport}`);
    if (before !== undefined && generation <= before.generation)
      this.#problem(`${name} was granted generation ${generation} after ${before.generation}`);
    if (before !== undefined && before.connection !== connection) {
      this.#superseded.add(before.connection);
      if (!this.#ended.has(before.connection))
        this.#problem(
          `${name} holds its session twice, in generations ${before.generation} and ${generation}`,
        );
      this.count++;
    }
    this.#holders.set(sessionId, { connection, generation });
  }
}
