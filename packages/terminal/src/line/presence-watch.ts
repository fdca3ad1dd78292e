import type { Person, PersonPresence, SottoClient } from '@sotto/client';
import { PAGE_MAX, type UserNumber } from '@sotto/model';
import type { Seen } from './seen.ts';

/** Watches the people this account talks to, then others, and tells changes from repetitions. */
export class PresenceWatch {
  readonly #client: SottoClient;
  readonly #online = new Map<UserNumber, boolean>();

  readonly #seen: Seen;

  constructor(client: SottoClient, seen: Seen) {
    this.#client = client;
    this.#seen = seen;
  }

  async start(): Promise<void> {
    const peers = this.#client.rooms.flatMap((room) => room.peer ?? []);
    const people = [...peers, ...(await this.#client.roster({ limit: PAGE_MAX }))];
    for (const person of people) this.#seen.meet(person);
    await this.#watch(people.map((person) => person.number));
  }

  /** Somebody spoke; from now on they are watched as well, while there is room. */
  async meet({ number }: Person): Promise<void> {
    if (this.#online.has(number) || this.#online.size >= PAGE_MAX) return;
    await this.#watch([...this.#online.keys(), number]);
  }

  /** Those whose presence is another than the last one known. */
  changes(people: readonly PersonPresence[]): readonly PersonPresence[] {
    return people.filter((person) => {
      const before = this.#online.get(person.number);
      this.#online.set(person.number, person.online);
      return before !== undefined && before !== person.online;
    });
  }

  async #watch(people: readonly UserNumber[]): Promise<void> {
    const others = new Set(people.filter((number) => number !== this.#client.me?.number));
    this.changes(await this.#client.watch([...others].slice(0, PAGE_MAX)));
  }
}
