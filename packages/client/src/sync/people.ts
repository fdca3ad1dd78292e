/**
 * People by number. Names never change, so who was seen once is kept, up to a bound; what they like to be called does, and
 * is renewed whenever the server names them again.
 */
import { PAGE_MAX, SERVER_SENDER, type UserNumber, type UserUuid } from '@sotto/model';
import type { User } from '@sotto/schema';
import { userReference } from '../references.ts';
import { hasSameFields } from '../snapshots/same.ts';
import type { Person } from '../types.ts';

const PEOPLE_MAX = 10_000;

const SERVER = nameless(SERVER_SENDER, 'server');

/** Answers in the order asked; undefined or empty for unknown users. At most PAGE_MAX at a time. */
export type LookUp = (references: ReturnType<typeof userReference>[]) => Promise<readonly User[]>;

export class People {
  readonly #lookUp: LookUp;
  readonly #onChange: (person: Person, isCalledOtherwise: boolean) => void;
  readonly #known = new Map<number, Person>([[SERVER.number, SERVER]]);

  /** `onChange`: somebody became known, or is described otherwise now, of which what they are called is one thing. */
  constructor(lookUp: LookUp, onChange: (person: Person, isCalledOtherwise: boolean) => void = () => {}) {
    this.#lookUp = lookUp;
    this.#onChange = onChange;
  }

  /** undefined until `ensure` or `learn` brought the name. */
  get(number: number): Person | undefined {
    return this.#known.get(number);
  }

  /** As `get`, with a stand-in for users whose name was never learnt. */
  named(number: number): Person {
    return this.get(number) ?? stranger(number);
  }

  learn(user: User): Person {
    return this.#keep(toPerson(user));
  }

  /** Somebody chose another display name; empty for none. */
  rename(number: number, displayName: string): void {
    const person = this.#known.get(number);
    if (person !== undefined) this.#keep({ ...person, displayName: displayName || person.name });
  }

  /** Learns the names of these users. Rejects when the server cannot be asked. */
  async ensure(numbers: Iterable<number>): Promise<void> {
    const missing = [...new Set(numbers)].filter((number) => !this.#known.has(number));
    for (let start = 0; start < missing.length; start += PAGE_MAX) {
      const batch = missing.slice(start, start + PAGE_MAX);
      const users = await this.#lookUp(batch.map(userReference));
      for (const [index, number] of batch.entries()) {
        const user = users[index];
        if (user !== undefined && user.number === number) this.learn(user);
        else this.#keep(stranger(number));
      }
    }
  }

  /** What the server says of them now. Rejects when it cannot be asked. */
  async renew(numbers: readonly number[]): Promise<void> {
    for (let start = 0; start < numbers.length; start += PAGE_MAX) {
      const users = await this.#lookUp(numbers.slice(start, start + PAGE_MAX).map(userReference));
      for (const user of users) if (user.number !== 0) this.learn(user);
    }
  }

  /** The same object as long as nothing of it changed. */
  #keep(person: Person): Person {
    const before = this.#known.get(person.number);
    if (before !== undefined && hasSameFields(before, person)) return before;
    if (before === undefined && this.#known.size >= PEOPLE_MAX) this.#forgetOldest();
    this.#known.set(person.number, person);
    this.#onChange(person, before !== undefined && isCalledOtherwise(before, person));
    return person;
  }

  #forgetOldest(): void {
    for (const number of this.#known.keys()) {
      if (number === SERVER.number) continue;
      this.#known.delete(number);
      return;
    }
  }
}

export function toPerson(user: User): Person {
  return {
    number: user.number as UserNumber,
    uuid: user.uuid as UserUuid,
    name: user.name,
    displayName: user.displayName || user.name,
    owner: user.owner,
    administrator: user.administrator,
    deleted: user.deleted,
    assistant: user.assistant,
  };
}

const isCalledOtherwise = (one: Person, other: Person): boolean =>
  one.name !== other.name || one.displayName !== other.displayName || one.deleted !== other.deleted;

/** Known by number alone. */
const stranger = (number: number): Person => nameless(number, `user ${number}`);

function nameless(number: number, name: string): Person {
  return {
    number: number as UserNumber,
    uuid: '' as UserUuid,
    name,
    displayName: name,
    owner: false,
    administrator: false,
    deleted: false,
    assistant: false,
  };
}
