import { BODY_MAX_BYTES, type Lane, readHeader } from '@sotto/protocol';
import type { EventQueue, RandomNumber } from '@sotto/protocol/testing';
import type { CloseCode, ConnectionSink, UdpConnection, UdpEnd } from '@sotto/protocol/udp';
import { problemOf, reliableFrame, type Side, unreliableFrame, unreliableIndex } from './frames.ts';

/** Control, chat, and some files. */
export const LANES: readonly Lane[] = [0, 1, 2, 3, 200];

/** Calls into the core go through here, so that an event inside one of them is noticed. */
export interface Around {
  queue: EventQueue;
  problem(what: string): void;
  log(what: string): void;
}

interface Sent {
  /** By lane: how many frames. */
  frames: number[];
  unreliable: number;
  bytes: number;
}

/** One side of a connection: what it says, and whether what it hears is what the other one said. */
export class TalkSide {
  readonly connection: UdpConnection;
  readonly sink: ConnectionSink;
  readonly sent: Sent = { frames: [], unreliable: 0, bytes: 0 };
  /** By lane: how many frames. */
  readonly heard: number[] = [];
  readonly heardUnreliable = new Set<number>();
  /** Times at which frames came, by lane, when asked for. */
  arrivals: ((lane: Lane, index: number) => void) | undefined;
  end: UdpEnd | undefined;
  endedAt = Number.POSITIVE_INFINITY;
  /** How this side ended it, if it did. */
  closed: { code: CloseCode; at: number } | undefined;
  /** The other end is who it should be: what it says is what it should say. */
  trusted = true;
  readonly #around: Around;
  readonly #talk: number;
  readonly #side: Side;
  #calling = false;

  constructor(around: Around, talk: number, side: Side, connection: UdpConnection) {
    this.#around = around;
    this.#talk = talk;
    this.#side = side;
    this.connection = connection;
    this.sink = this.#makeSink();
    connection.limitBody(BODY_MAX_BYTES);
  }

  get open(): boolean {
    return this.end === undefined && this.closed === undefined;
  }

  /** Sends `count` frames of one lane, in one call. */
  say(lane: Lane, count: number): void {
    const first = this.sent.frames[lane] ?? 0;
    const frames = Array.from({ length: count }, (_, offset) =>
      reliableFrame({ talk: this.#talk, side: this.#side, lane, index: first + offset }),
    );
    this.sent.frames[lane] = first + count;
    const bytes = Buffer.concat(frames);
    this.sent.bytes += bytes.length;
    this.#call(() => this.connection.send(lane, new Uint8Array(bytes)));
  }

  sayUnreliable(): void {
    const index = this.sent.unreliable++;
    const frame = unreliableFrame({ talk: this.#talk, side: this.#side, lane: 0, index });
    this.sent.bytes += frame.length;
    this.#call(() => this.connection.sendUnreliable(frame));
  }

  /** Something of the session's kind: mostly chat, now and then a file. */
  sayAnything(number: RandomNumber): void {
    const draw = number(10);
    if (draw < 2) this.sayUnreliable();
    else if (draw < 7) this.say(1, 1 + number(4));
    else if (draw < 8) this.say(0, 1);
    else this.say(LANES[2 + number(LANES.length - 2)] ?? 2, 1 + number(2));
  }

  close(code: CloseCode, how: 'close' | 'abort'): void {
    this.closed = { code, at: this.#around.queue.now };
    this.#around.log(`${this.#name} ${how} ${code}`);
    this.#call(() => this.connection[how](code, 'as it pleases'));
  }

  /** All that the other side said has come. */
  hasHeard(other: TalkSide): boolean {
    return LANES.every((lane) => (this.heard[lane] ?? 0) === (other.sent.frames[lane] ?? 0));
  }

  get #name(): string {
    return `${this.#side} of ${this.#talk}`;
  }

  #call(call: () => void): void {
    this.#calling = true;
    try {
      call();
    } finally {
      this.#calling = false;
    }
  }

  #problem(what: string): void {
    this.#around.problem(`${this.#name}: ${what}`);
  }

  #makeSink(): ConnectionSink {
    const event = (name: string) => {
      if (this.#calling) this.#problem(`${name} inside a call`);
      if (this.end !== undefined) this.#problem(`${name} after the end`);
    };
    return {
      frame: (frame) => {
        event('frame');
        this.#frame(frame);
      },
      datagram: (frame) => {
        event('datagram');
        this.#datagram(frame);
      },
      malformed: (error) => {
        event('malformed');
        if (this.trusted) this.#problem(`malformed: ${error}`);
      },
      drain: () => event('drain'),
      pathChanged: (path) => {
        event('pathChanged');
        this.#around.log(`${this.#name} is heard from ${path}`);
      },
      closed: (end) => {
        event('closed');
        this.end = end;
        this.endedAt = this.#around.queue.now;
        this.#around.log(`${this.#name} ended: ${end.by} ${end.code} ${end.reason}`);
      },
    };
  }

  #frame(frame: Uint8Array): void {
    if (!this.trusted) return;
    const { lane } = readHeader(frame);
    const index = this.heard[lane] ?? 0;
    const wrong = problemOf(frame, { talk: this.#talk, side: other(this.#side), lane, index });
    if (wrong !== undefined) this.#problem(wrong);
    this.heard[lane] = index + 1;
    this.arrivals?.(lane, index);
  }

  #datagram(frame: Uint8Array): void {
    if (!this.trusted) return;
    const index = unreliableIndex(frame, { talk: this.#talk, side: other(this.#side), lane: 0 });
    if (typeof index === 'string') this.#problem(index);
    else if (this.heardUnreliable.has(index)) this.#problem(`datagram ${index} twice`);
    else this.heardUnreliable.add(index);
  }
}

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client');

/** A connection that both ends know by its keys. */
export class Talk {
  readonly number: number;
  client: TalkSide | undefined;
  server: TalkSide | undefined;
  /** The end of a server that has been restarted since. */
  formerServer: TalkSide | undefined;

  constructor(number: number) {
    this.number = number;
  }

  get sides(): TalkSide[] {
    return [this.client, this.server].filter((side) => side !== undefined);
  }

  /** Everything said on a connection that both ends still have has been heard. */
  get quiet(): boolean {
    const { client, server } = this;
    return client !== undefined && server?.hasHeard(client) === true && client.hasHeard(server);
  }
}
