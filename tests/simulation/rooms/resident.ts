/** Somebody who lives in the rooms of the simulation: the real SDK over one way, and what it handed over. */
import { createHash } from 'node:crypto';
import { type ClientEvent, createClient, MemoryStore, type SottoClient, type Timeline } from '@sotto/client';
import type { Clock, Random } from '@sotto/protocol';
import type { SeededSession } from '@sotto/server/testing';
import { keepSession } from '../../keep-session.ts';
import { SERVER, type Way } from '../ways.ts';

export interface ResidentOptions {
  clock: Clock;
  random: Random;
  way: Way;
  session: SeededSession;
}

export class Resident {
  readonly name: string;
  readonly number: number;
  readonly way: Way;
  readonly sdk: SottoClient;
  /** Sequences of each room, as they were handed over. */
  readonly heard = new Map<number, number[]>();
  /** What was read of each room by asking. */
  readonly read = new Map<number, Set<number>>();
  /** Open since the room was entered the last time. */
  timeline: Timeline | undefined;
  readonly #room: () => number;

  private constructor({ session, way }: ResidentOptions, sdk: SottoClient, room: () => number) {
    this.name = session.user.name;
    this.number = session.user.number;
    this.way = way;
    this.sdk = sdk;
    this.#room = room;
    void this.#listen();
    sdk.resume().catch(() => {});
  }

  static async come(options: ResidentOptions, room: () => number): Promise<Resident> {
    const { clock, random, way, session } = options;
    const store = new MemoryStore();
    await keepSession(store, session);
    const sdk = await createClient({
      routes: [
        {
          transport: way.transport,
          host: SERVER,
          port: 1,
          dial: ({ events, signal }) => way.dial(events, signal),
        },
      ],
      verify: () => {},
      store,
      keepRecent: true,
      agent: 'simulation',
      deviceName: session.user.name,
      environment: {
        clock,
        random,
        sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
        hasher: () => createHash('sha256'),
      },
    });
    return new Resident(options, sdk, room);
  }

  /** It asked for these, and got them. */
  got(room: number, sequences: Iterable<number>): void {
    const read = this.read.get(room) ?? new Set();
    for (const sequence of sequences) read.add(sequence);
    this.read.set(room, read);
  }

  /** A window that is open from now on, on the newest page. */
  watch(room: number): void {
    this.timeline?.close();
    this.timeline = this.sdk.timeline(room as never);
    this.timeline.loadLatest(20).catch(() => {});
  }

  async #listen(): Promise<void> {
    for await (const event of this.sdk.events()) {
      const at = placeOf(event);
      if (at !== undefined) this.heard.set(at.room, [...(this.heard.get(at.room) ?? []), at.sequence]);
      if (event.kind === 'roomEntered' && event.room.number === this.#room()) this.watch(event.room.number);
    }
  }
}

function placeOf(event: ClientEvent): { room: number; sequence: number } | undefined {
  if (event.kind === 'message') return { room: event.message.room.number, sequence: event.message.sequence };
  return 'sequence' in event ? { room: event.room.number, sequence: event.sequence } : undefined;
}
