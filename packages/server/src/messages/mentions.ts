/** Whom a text mentions: names become users here, and `@room` everyone where the sender may say so [MENTION-1]. */
import { create } from '@bufbuild/protobuf';
import { mayInRoom, mentionsIn, type Standing, type UserNumber } from '@sotto/model';
import { UserReferenceSchema } from '@sotto/schema';
import type { RoomRecord } from '../rooms/store.ts';
import type { UserDirectory } from '../rooms/users.ts';

/** Names whose users are remembered; who was mentioned longest ago goes first. */
const REMEMBERED_MAX = 20_000;
/** In `mentioned`: everyone in the room. */
export const EVERYONE = 0 as UserNumber;

export class Mentions {
  readonly #users: Pick<UserDirectory, 'findAll'>;
  readonly #known = new Map<string, UserNumber>();

  constructor(users: Pick<UserDirectory, 'findAll'>) {
    this.#users = users;
  }

  /** Who is mentioned, by number; nobody mentions themselves. */
  async in(
    text: string,
    sender: UserNumber,
    { kind }: RoomRecord,
    standing: Standing,
  ): Promise<UserNumber[]> {
    const { names, room } = mentionsIn(text);
    const users = await this.#resolve(names);
    if (room && mayInRoom(kind, standing, 'mentionRoom')) users.add(EVERYONE);
    users.delete(sender);
    return [...users];
  }

  /** Names that nobody has yet are asked for each time. */
  async #resolve(names: readonly string[]): Promise<Set<UserNumber>> {
    const unknown = names.filter((name) => !this.#known.has(name));
    const users = new Set(names.flatMap((name) => this.#known.get(name) ?? []));
    if (unknown.length === 0) return users;
    const found = await this.#users.findAll(
      unknown.map((value) => create(UserReferenceSchema, { reference: { case: 'name', value } })),
    );
    for (const [index, user] of found.entries()) {
      if (user === undefined) continue;
      users.add(user.number);
      this.#remember(unknown[index] ?? '', user.number);
    }
    return users;
  }

  #remember(name: string, user: UserNumber): void {
    this.#known.set(name, user);
    if (this.#known.size <= REMEMBERED_MAX) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
