/**
 * biome-ignore-all lint/suspicious/noArrayIndexKey: parts of one text, which have no other names.
 * biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard.
 * biome-ignore-all lint/a11y/useSemanticElements: a group of nothing that is filled in.
 */
import type { Alignment, Block, Cell, ListItem } from '@sotto/model';
import { CodeBlock } from './code-block.tsx';
import styles from './markdown.module.css';
import { Spans } from './spans.tsx';

export interface BlocksProps {
  blocks: readonly Block[];
  isPartial: boolean;
}

export const Blocks = ({ blocks, isPartial }: BlocksProps) =>
  blocks.map((block, at) => <One key={at} block={block} isPartial={isPartial} />);

function One({ block, isPartial }: { block: Block; isPartial: boolean }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p dir="auto" className={styles.paragraph}>
          <Spans spans={block.spans} />
        </p>
      );
    case 'heading':
      // Bold, and no heading of the page: each message would add to its outline.
      return (
        <p dir="auto" className={block.level <= LARGE_LEVEL_MAX ? styles.largeHeading : styles.heading}>
          <Spans spans={block.spans} />
        </p>
      );
    case 'code':
      return <CodeBlock language={block.language} info={block.info} text={block.text} isPlain={isPartial} />;
    case 'quote':
      return (
        <blockquote className={styles.quote}>
          <Blocks blocks={block.blocks} isPartial={isPartial} />
        </blockquote>
      );
    case 'list':
      return <List start={block.start} items={block.items} isPartial={isPartial} />;
    case 'table':
      return <Table aligned={block.aligned} head={block.head} rows={block.rows} />;
    case 'rule':
      return <hr className={styles.rule} />;
  }
}

const LARGE_LEVEL_MAX = 2;

interface ListProps {
  start: number | undefined;
  items: readonly ListItem[];
  isPartial: boolean;
}

function List({ start, items, isPartial }: ListProps) {
  const shown = items.map(({ isDone, blocks }, at) => (
    <li key={at} className={isDone === undefined ? styles.item : styles.task}>
      {isDone !== undefined && (
        <span role="img" className={styles.box} aria-label={isDone ? 'Done' : 'To do'}>
          {isDone ? '☑' : '☐'}
        </span>
      )}
      <Blocks blocks={blocks} isPartial={isPartial} />
    </li>
  ));
  if (start === undefined) return <ul className={styles.list}>{shown}</ul>;
  return (
    <ol className={styles.list} start={start}>
      {shown}
    </ol>
  );
}

interface TableProps {
  aligned: readonly Alignment[];
  head: readonly Cell[];
  rows: readonly (readonly Cell[])[];
}

/** It scrolls sideways by itself: the message stays as wide as it is. */
function Table({ aligned, head, rows }: TableProps) {
  const classOf = (column: number): string | undefined => styles[aligned[column] ?? 'start'];
  return (
    <div role="group" aria-label="Table" tabIndex={0} className={styles.tablePlace}>
      <table className={styles.table}>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} scope="col" dir="auto" className={classOf(column)}>
                <Spans spans={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, column) => (
                <td key={column} dir="auto" className={classOf(column)}>
                  <Spans spans={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
