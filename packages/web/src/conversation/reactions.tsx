import type { MessageView, Reaction } from '@sotto/client';
import { useRef, useState } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { classes } from '../ui/classes.ts';
import { tip } from '../ui/tip.ts';
import { useMessageActions } from './actions.ts';
import styles from './row.module.css';
import { nameOf } from './words.ts';

export const Reactions = ({ message }: { message: MessageView }) =>
  message.reactions.length === 0 ? null : <Some message={message} />;

function Some({ message }: { message: MessageView }) {
  const { react } = useMessageActions();
  const { ask, namesOf } = useReactors(message);
  return (
    <ul className={styles.reactions} aria-label="Reactions" onPointerMove={ask} onFocus={ask}>
      {message.reactions.map(({ emoji, count, mine }) => (
        <li key={emoji}>
          <button
            type="button"
            className={classes(styles.reaction, mine && styles.mine)}
            aria-pressed={mine}
            aria-label={`${emoji} ${count}`}
            onClick={() => react(message, emoji)}
            {...tip(namesOf(emoji) ?? 'Who reacted…')}
          >
            <span aria-hidden="true">{emoji}</span> {count}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Asked when the pointer or the focus comes to them, and again where there are others by then. */
function useReactors({ room, sequence, reactions }: MessageView) {
  const { client, me } = useStore();
  const myself = useReadable(me);
  const [told, setTold] = useState<{ of: MessageView['reactions']; all: readonly Reaction[] }>();
  const asked = useRef<MessageView['reactions']>(undefined);
  const ask = () => {
    if (asked.current === reactions) return;
    asked.current = reactions;
    client.reactions(room.number, sequence).then(
      (all) => setTold({ of: reactions, all }),
      // It is asked when somebody looks again.
      () => {
        asked.current = undefined;
      },
    );
  };
  const namesOf = (emoji: string): string | undefined => {
    if (told?.of !== reactions) return undefined;
    const people = told.all.filter((each) => each.emoji === emoji).map(({ person }) => person);
    const names = people.map((person) => (person.number === myself?.number ? 'You' : nameOf(person)));
    const shown = names.slice(0, NAMED_MAX).join(', ');
    return names.length > NAMED_MAX ? `${shown} and ${names.length - NAMED_MAX} others` : shown;
  };
  return { ask, namesOf };
}

const NAMED_MAX = 8;
