import type { MessageView } from '@sotto/client';
import styles from './row.module.css';

export interface BodyProps {
  /** Markdown source. */
  text: string;
  /** What it is the text of: what is read from it is kept by that. */
  source?: MessageView;
  /** It is still being written. */
  isPartial?: boolean;
}

export function Body({ text }: BodyProps) {
  return <p className={styles.plain}>{text}</p>;
}
