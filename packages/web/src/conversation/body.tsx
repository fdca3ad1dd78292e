import { Markdown } from '../markdown/markdown.tsx';

export interface BodyProps {
  /** Markdown source. */
  text: string;
  /** It is still being written. */
  isPartial?: boolean;
}

export const Body = ({ text, isPartial = false }: BodyProps) => (
  <Markdown text={text} isPartial={isPartial} />
);
