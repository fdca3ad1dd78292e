/** Somebody of this simulation: one connection at a time, and what came over it. */
import {
  type Clock,
  type FrameFields,
  type FrameMessage,
  type Random,
  type ReplyName,
  type RequestName,
  SottoError,
} from '@sotto/protocol';
import { type Answer, ErrorCode } from '@sotto/schema';
import { Peer, type Store, seedSession } from '@sotto/server/testing';
import type { MemoryNetwork } from '@sotto/transport/memory';
import { SERVER } from '../ways.ts';

export interface PersonOptions {
  user: Parameters<typeof seedSession>[2];
  clock: Clock;
  random: Random;
  store: Store;
  network: MemoryNetwork;
  problem: (what: string) => void;
}

export interface Heard {
  atMs: number;
  life: number;
  answer: Answer;
}

export class Person {
  readonly name: string;
  readonly number: number;
  readonly heard: Heard[] = [];
  /** When a connection of its ended. */
  readonly lostMs: number[] = [];
  life = 0;
  #peer: Peer | undefined;
  readonly #options: PersonOptions;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.name = options.user.name;
    this.number = options.user.number;
  }

  get connected(): boolean {
    return this.#peer !== undefined;
  }

  /** With a session of its own. */
  async come(life: number): Promise<void> {
    const { clock, random, store, network, user } = this.#options;
    const session = await seedSession(store, random, user, clock.now());
    const peer = new Peer(clock);
    const gone = () => {
      if (this.#peer === peer) this.#lost();
    };
    await network.dial({
      name: SERVER,
      events: (connection) => {
        const events = peer.events(connection);
        return {
          ...events,
          frame: (frame) => {
            events.frame(frame);
            this.#hear(peer, life);
          },
          closed: (reason, detail) => {
            events.closed(reason, detail);
            gone();
          },
        };
      },
    });
    await peer.hello();
    await peer.resume(session);
    this.life = life;
    this.#peer = peer;
  }

  leave(): void {
    const peer = this.#peer;
    if (peer === undefined) return;
    this.#lost();
    peer.connection.close();
  }

  /** Undefined where it was refused, or nobody answered any more. */
  async ask<Name extends RequestName>(
    name: Name,
    fields: FrameFields<Name>,
  ): Promise<FrameMessage<ReplyName<Name>> | undefined> {
    if (this.#peer === undefined) return undefined;
    try {
      return await this.#peer.request(name, fields);
    } catch (error) {
      if (error instanceof SottoError && error.code === ErrorCode.INTERNAL)
        this.#options.problem(`${this.name} ${name}: ${error}`);
      return undefined;
    }
  }

  #hear(peer: Peer, life: number): void {
    for (const push of peer.pushes.splice(0)) {
      if (push.name !== 'answerUpdate') continue;
      const { answer } = push.message as FrameMessage<'answerUpdate'>;
      if (answer !== undefined) this.heard.push({ atMs: this.#options.clock.now(), life, answer });
    }
  }

  #lost(): void {
    this.#peer = undefined;
    this.lostMs.push(this.#options.clock.now());
  }
}
