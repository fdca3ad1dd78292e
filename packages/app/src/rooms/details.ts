/** What rooms are like beside what is in them: read while somebody looks at it, and again when it was changed. */
import type { ClientEvent, RoomDetails } from '@sotto/client';
import type { RoomNumber, UserNumber } from '@sotto/model';
import { type Readable, Slice } from '../slice.ts';

export interface DetailsOptions {
  read(room: RoomNumber): Promise<RoomDetails>;
  me(): UserNumber | undefined;
  status: Readable<{ kind: string }>;
}

interface Known {
  details: Slice<RoomDetails | undefined>;
  readable: Readable<RoomDetails | undefined>;
  lookers: number;
  /** Something happened that the one before does not say. */
  reads: number;
}

export class Details {
  readonly #options: DetailsOptions;
  readonly #known = new Map<RoomNumber, Known>();
  readonly #end: () => void;

  constructor(options: DetailsOptions) {
    this.#options = options;
    this.#end = options.status.subscribe(() => {
      if (this.#isOnline) for (const [room, { lookers }] of this.#known) if (lookers > 0) this.#read(room);
    });
  }

  /** The same object for the same room; undefined until it is known, what was known last while it is read again. */
  of(room: RoomNumber): Readable<RoomDetails | undefined> {
    return this.#of(room).readable;
  }

  take(event: ClientEvent): void {
    const room = changedRoom(event, this.#options.me());
    if (room !== undefined && (this.#known.get(room)?.lookers ?? 0) > 0) this.#read(room);
  }

  stop(): void {
    this.#end();
  }

  #of(room: RoomNumber): Known {
    const before = this.#known.get(room);
    if (before !== undefined) return before;
    const details = new Slice<RoomDetails | undefined>(undefined);
    const known: Known = { details, lookers: 0, reads: 0, readable: this.#looking(room, details) };
    this.#known.set(room, known);
    return known;
  }

  #looking(room: RoomNumber, details: Slice<RoomDetails | undefined>): Readable<RoomDetails | undefined> {
    return {
      get: details.get,
      subscribe: (listener) => {
        const known = this.#of(room);
        known.lookers += 1;
        const end = details.subscribe(listener);
        if (known.lookers === 1 && this.#isOnline) this.#read(room);
        let isOver = false;
        return () => {
          if (!isOver) known.lookers -= 1;
          isOver = true;
          end();
        };
      },
    };
  }

  get #isOnline(): boolean {
    return this.#options.status.get().kind === 'online';
  }

  #read(room: RoomNumber): void {
    const known = this.#of(room);
    known.reads += 1;
    const { reads } = known;
    this.#options.read(room).then(
      (details) => {
        if (reads === known.reads) known.details.set(details);
      },
      // It is as it was known; the next connection asks again.
      () => {},
    );
  }
}

/** The room of which something else is so by this event; what is done to others is not in it, but for how many they are. */
function changedRoom(event: ClientEvent, me: UserNumber | undefined): RoomNumber | undefined {
  switch (event.kind) {
    case 'roomChanged':
    case 'memberJoined':
    case 'memberLeft':
    case 'memberKicked':
      return event.room.number;
    case 'memberMuted':
    case 'memberUnmuted':
    case 'memberRoleChanged':
      return event.member.number === me ? event.room.number : undefined;
    default:
      return undefined;
  }
}
