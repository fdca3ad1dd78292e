import { excerptOf, nameOf } from '../conversation/words.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './composer.module.css';
import type { Writing } from './written-where.ts';

/** What is answered or edited, above the field, and the way out of it. */
export function About({ writing, onLeave }: { writing: Writing; onLeave(): void }) {
  if (writing.kind === 'new') return null;
  const { message } = writing;
  return (
    <div className={styles.about}>
      <Icon name={writing.kind === 'edit' ? 'edit' : 'reply'} size="small" />
      <span className={styles.aboutWords}>
        {writing.kind === 'edit' ? 'Editing' : 'Replying to'}{' '}
        {message !== undefined && writing.kind === 'reply' && <b>{nameOf(message.sender)}</b>}{' '}
        {message === undefined ? 'an earlier message' : excerptOf(message)}
      </span>
      <IconButton
        icon="close"
        size="small"
        label={writing.kind === 'edit' ? 'Leave editing' : 'Leave reply'}
        keys="Esc"
        onClick={onLeave}
      />
    </div>
  );
}
