import type { MessageView, Person, Reaction } from '@sotto/client';
import { RECEIPTS_PUSH_MAX_MEMBERS } from '@sotto/model';
import { useCallback } from 'react';
import { useAsked } from '../hooks/use-asked.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './seen-dialog.module.css';
import { excerptOf, nameOf } from './words.ts';

export interface SeenDialogProps {
  message: MessageView;
  onClose(): void;
}

/** Who reacted to a message and how, who has read it, and whom it has reached. */
export default function SeenDialog({ message, onClose }: SeenDialogProps) {
  return (
    <Dialog title="Who has seen it" size="small" reading onClose={onClose}>
      <p className={styles.excerpt}>{excerptOf(message)}</p>
      {message.reactions.length > 0 && <Reactions message={message} />}
      <Receipts message={message} />
    </Dialog>
  );
}

function Reactions({ message }: { message: MessageView }) {
  const { client } = useStore();
  const { room, sequence, reactions } = message;
  const { number } = room;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other counts are other people.
  const load = useCallback(() => client.reactions(number, sequence), [client, number, sequence, reactions]);
  const [told] = useAsked(load, load);
  switch (told.kind) {
    case 'loading':
      return <Skeleton shape="rows" count={reactions.length} label="Reactions" />;
    case 'failed':
      return <Notice kind="danger">{told.words}</Notice>;
    case 'ready':
      return byEmoji(told.value).map(([emoji, people]) => (
        <People key={emoji} title={`${emoji} ${people.length}`} people={people} />
      ));
  }
}

function byEmoji(reactions: readonly Reaction[]): readonly (readonly [string, readonly Person[]])[] {
  const people = new Map<string, Person[]>();
  for (const { emoji, person } of reactions) people.set(emoji, [...(people.get(emoji) ?? []), person]);
  return [...people].sort(([, one], [, other]) => other.length - one.length);
}

function Receipts({ message: { room, sequence, sender } }: { message: MessageView }) {
  const store = useStore();
  const me = useReadable(store.me);
  const { members: reached } = useReadable(store.receipts(room.number));
  const { state, members } = useReadable(store.members(room.number));
  if (state === 'loading') return <Skeleton shape="rows" label="Who has read it" />;
  if (members.length > RECEIPTS_PUSH_MAX_MEMBERS)
    return (
      <p className={styles.none}>
        In rooms of more than {RECEIPTS_PUSH_MAX_MEMBERS} members nobody is told who has read what.
      </p>
    );
  const others = members.filter(
    ({ number, assistant }) => number !== sender.number && number !== me?.number && !assistant,
  );
  const at = ({ number }: Person) => reached.get(number);
  const read = others.filter((each) => (at(each)?.read ?? 0) >= sequence);
  const delivered = others.filter((each) => !read.includes(each) && (at(each)?.delivered ?? 0) >= sequence);
  const missing = others.filter((each) => !read.includes(each) && !delivered.includes(each));
  if (others.length === 0) return <p className={styles.none}>Nobody else is here.</p>;
  return (
    <>
      <People title="Read by" people={read} />
      <People title="Delivered to" people={delivered} />
      <People title="Not there yet" people={missing} />
    </>
  );
}

function People({ title, people }: { title: string; people: readonly Person[] }) {
  if (people.length === 0) return null;
  return (
    <section className={styles.group} aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      <ul>
        {people.map((person) => (
          <li key={person.number} className={styles.person}>
            <Avatar person={person} size="small" />
            <span className={styles.name}>{nameOf(person)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
