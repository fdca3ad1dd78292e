/** A message as it is meant to be read: elements made of the model's tree. Nothing here takes markup from text. */
import { memo } from 'react';
import { classes } from '../ui/classes.ts';
import { AsWritten } from './as-written.tsx';
import { Blocks } from './blocks.tsx';
import styles from './markdown.module.css';
import { parsed } from './parsed.ts';

export interface MarkdownProps {
  text: string;
  /** It is still being written: code stays plain, so that nothing is worked out again and again. */
  isPartial?: boolean;
}

export const Markdown = memo(function Markdown({ text, isPartial = false }: MarkdownProps) {
  return (
    <AsWritten key={isPartial ? '' : text} text={text}>
      <div className={classes(styles.markdown, isFewEmoji(text) && styles.large)}>
        <Blocks blocks={parsed(text, isPartial)} isPartial={isPartial} />
      </div>
    </AsWritten>
  );
});

const LARGE_MAX_UNITS = 64;
const FEW_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,5}$/v;

const isFewEmoji = (text: string): boolean => text.length <= LARGE_MAX_UNITS && FEW_EMOJI.test(text.trim());
