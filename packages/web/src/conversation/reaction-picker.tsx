import { Popover } from '../ui/popover.tsx';
import styles from './row.module.css';

export interface ReactionPickerProps {
  at: HTMLElement;
  onPick(emoji: string): void;
  onClose(): void;
}

/** What people react with most. */
const OFTEN = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'] as const;

export function ReactionPicker({ at, onPick, onClose }: ReactionPickerProps) {
  return (
    <Popover label="React" at={at} onClose={onClose}>
      <div className={styles.picker}>
        {OFTEN.map((emoji) => (
          <button
            key={emoji}
            type="button"
            className={styles.pick}
            aria-label={emoji}
            onClick={() => {
              onPick(emoji);
              onClose();
            }}
          >
            {emoji}
          </button>
        ))}
      </div>
    </Popover>
  );
}
