/** What people do in the lobby of the fake server, at random. */
import { LOBBY } from '@sotto/model';
import { EventKind, Role } from '@sotto/schema';
import fc from 'fast-check';
import type { MessageView } from '../types.ts';
import { ALICE, BOB, type FakeServer, LOBBY_STREAM } from './fake-server.ts';

export interface Happening {
  kind: 'say' | 'edit' | 'delete' | 'react' | 'unreact' | 'pin';
  who: number;
  at: number;
}

export const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom('say', 'say', 'edit', 'delete', 'react', 'unreact', 'pin' as const),
  who: fc.constantFrom(ALICE, BOB, 3),
  at: fc.nat(200),
});
const EMOJI = ['👍', '🎉'];
const KINDS = {
  edit: EventKind.MESSAGE_EDITED,
  delete: EventKind.MESSAGE_DELETED,
  react: EventKind.REACTION_ADDED,
  unreact: EventKind.REACTION_REMOVED,
  pin: EventKind.MESSAGE_PINNED,
} as const;

/** What a server would refuse, or append nothing for. */
export class Lawful {
  readonly #reacted = new Set<string>();
  readonly #deleted = new Set<number>();

  isThere(sequence: number): boolean {
    return !this.#deleted.has(sequence);
  }

  allows(kind: string, target: number, reaction: string): boolean {
    if (kind === 'delete') this.#deleted.add(target);
    const place = `${target} ${reaction}`;
    if (kind === 'react') return !this.#reacted.has(place) && this.#reacted.add(place) !== undefined;
    return kind === 'unreact' ? this.#reacted.delete(place) : true;
  }
}

export function happen(server: FakeServer, lawful: Lawful, { kind, who, at }: Happening): void {
  const messages = server
    .events(LOBBY_STREAM)
    .filter((event) => event.kind === EventKind.MESSAGE && lawful.isThere(event.sequence));
  const target = messages[at % Math.max(1, messages.length)];
  if (kind === 'say' || target === undefined) {
    const thread = target !== undefined && target.thread === 0 && at % 3 === 0 ? target.sequence : 0;
    server.say(LOBBY, `${who} says ${at}`, who, { thread });
    return;
  }
  if (!lawful.allows(kind, target.sequence, `${who} ${at % 2}`)) return;
  const content = {
    edit: { case: 'plain', value: `edited ${at}` },
    react: { case: 'reaction', value: EMOJI[at % 2] ?? '' },
    unreact: { case: 'reaction', value: EMOJI[at % 2] ?? '' },
    delete: undefined,
    pin: undefined,
  } as const;
  // As a server does it: of the author, or a moderator.
  const role = at % 2 === 0 ? Role.MODERATOR : Role.MEMBER;
  const { sequence: relatesTo, thread } = target;
  server.happen(LOBBY, KINDS[kind], who, content[kind], { relatesTo, thread, role });
}

/** Times of being told differ in nothing; people are compared by name. */
export const plain = (messages: readonly MessageView[]) =>
  messages.map(({ sender, deleted, room, ...rest }) => ({
    ...rest,
    room: room.name,
    sender: sender.name,
    deleted: deleted?.by.name,
  }));
