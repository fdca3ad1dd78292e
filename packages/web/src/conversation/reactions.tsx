import type { MessageView, Reaction } from '@sotto/client';
import { useEffect, useState } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { classes } from '../ui/classes.ts';
import { tip } from '../ui/tip.ts';
import { useMessageActions } from './actions.ts';
import styles from './row.module.css';
import { nameOf } from './words.ts';

export const Reactions = ({ message }: { message: MessageView }) =>
  message.reactions.length === 0 ? null : <Some message={message} />;

function Some({ message }: { message: MessageView }) {
  const { react, can } = useMessageActions();
  const mayReact = can('react');
  const { setNear, namesOf } = useReactors(message);
  return (
    <ul
      className={styles.reactions}
      aria-label="Reactions"
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={() => setNear(false)}
    >
      {message.reactions.map(({ emoji, count, mine }) => (
        <li key={emoji}>
          <button
            type="button"
            className={classes(styles.reaction, mine && styles.mine)}
            aria-pressed={mine}
            aria-label={`${emoji} ${count}`}
            aria-disabled={!mayReact || undefined}
            onClick={() => mayReact && react(message, emoji)}
            {...tip(namesOf(emoji) ?? 'Who reacted…')}
          >
            <span aria-hidden="true">{emoji}</span> {count}
          </button>
        </li>
      ))}
    </ul>
  );
}

/**
 * Asked while the pointer or the focus is at them, and again where there are others by then. What was pressed just now counts
 * here before the server has it: until then it would name the others alone.
 */
function useReactors({ room, sequence, reactions, unconfirmed }: MessageView) {
  const { client, me } = useStore();
  const myself = useReadable(me);
  const [isNear, setNear] = useState(false);
  const [told, setTold] = useState<{ of: string; all: readonly Reaction[] }>();
  const isChanging = unconfirmed !== undefined;
  const now = reactions.map(({ emoji, count }) => `${emoji}${count}`).join(' ');
  useEffect(() => {
    if (!isNear || isChanging) return;
    let isOver = false;
    client.reactions(room.number, sequence).then(
      (all) => isOver || setTold({ of: now, all }),
      // It is asked when somebody looks again.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [client, room.number, sequence, isNear, isChanging, now]);
  const namesOf = (emoji: string): string | undefined => {
    if (told?.of !== now) return undefined;
    const people = told.all.filter((each) => each.emoji === emoji).map(({ person }) => person);
    const names = people.map((person) => (person.number === myself?.number ? 'You' : nameOf(person)));
    const shown = names.slice(0, NAMED_MAX).join(', ');
    return names.length > NAMED_MAX ? `${shown} and ${names.length - NAMED_MAX} others` : shown;
  };
  return { setNear, namesOf };
}

const NAMED_MAX = 8;
