/** All keys, commands and marks of a text, as their tables say. */
import { KEY_TABLE, type KeyScope } from '@sotto/app';
import { SLASH_COMMANDS } from '@sotto/app/commands';
import { type ReactNode, useState } from 'react';
import { OFFERED_NAMES, usageHere } from '../composer/slash/offered.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Tabs } from '../ui/tabs.tsx';
import styles from './keys-sheet.module.css';

const TABS = [
  { name: 'keys', label: 'Keys' },
  { name: 'commands', label: 'Commands' },
  { name: 'marks', label: 'Writing' },
] as const;
type Tab = (typeof TABS)[number]['name'];

export interface KeysSheetProps {
  /** The first one where nothing is said. */
  tab?: Tab | undefined;
  onClose: () => void;
}

export default function KeysSheet({ tab: first = 'keys', onClose }: KeysSheetProps) {
  const [tab, setTab] = useState<Tab>(first);
  return (
    <Dialog title="Keys and commands" size="large" reading onClose={onClose}>
      <Tabs label="Help" tabs={TABS} chosen={tab} onChoose={setTab}>
        <div className={styles.columns}>
          {tab === 'keys' ? <Keys /> : tab === 'commands' ? <Commands /> : <Marks />}
        </div>
      </Tabs>
    </Dialog>
  );
}

const SCOPES: readonly { scope: KeyScope; title: string }[] = [
  { scope: 'anywhere', title: 'Anywhere' },
  { scope: 'message', title: 'On a message' },
  { scope: 'composer', title: 'While writing' },
  { scope: 'offer', title: 'While words are offered' },
];

function Keys() {
  return SCOPES.map(({ scope, title }) => (
    <Group key={scope} title={title}>
      {Object.values(KEY_TABLE)
        .filter((shortcut) => shortcut.scope === scope)
        .map(({ words, keys }) => (
          <div key={words} className={styles.row}>
            <dt>{words}</dt>
            <dd>
              <kbd>{keys.map(keyWords).join(' or ')}</kbd>
            </dd>
          </div>
        ))}
    </Group>
  ));
}

/** Those of a window; what one may not do is among them, and is not offered where one writes. */
function Commands() {
  const groups = Map.groupBy(
    [...SLASH_COMMANDS].filter(([name]) => OFFERED_NAMES.has(name)),
    ([, { group }]) => group,
  );
  return (
    <>
      <p className={styles.wide}>
        Begin a message with a slash. Where no room is named, the one that you are in is meant. Two slashes at
        the beginning say one.
      </p>
      {[...groups].map(([group, commands]) => (
        <Group key={group} title={group}>
          {commands.map(([name, slash]) => (
            <div key={name} className={styles.command}>
              <dt>
                <code>{usageHere(name, slash)}</code>
              </dt>
              <dd>{slash.summary}</dd>
            </div>
          ))}
        </Group>
      ))}
    </>
  );
}

const MARKS: readonly (readonly [title: string, marks: readonly string[]])[] = [
  ['Words', ['**strong**', '*emphasis*', '~~struck~~', '`code`', '[words](https://example.org)']],
  ['Lines', ['> quoted', '- a list', '1. a numbered list']],
  ['Names', ['@name or @room mentions', '#room leads there', ':name: is an emoji']],
];

function Marks() {
  return (
    <>
      {MARKS.map(([title, marks]) => (
        <Group key={title} title={title}>
          {marks.map((mark) => (
            <div key={mark} className={styles.row}>
              <dt>
                <code>{mark}</code>
              </dt>
              {title !== 'Names' && (
                <dd>
                  <Markdown text={mark} />
                </dd>
              )}
            </div>
          ))}
        </Group>
      ))}
      <Group title="Code">
        <div className={styles.command}>
          <dt>
            <code>```language</code>, the lines of code, and <code>```</code>
          </dt>
          <dd>In the colours of that language.</dd>
        </div>
      </Group>
    </>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className={styles.list}>{children}</dl>
    </section>
  );
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ArrowUp/, '↑'],
  [/ArrowDown/, '↓'],
  [/Escape/, 'Esc'],
  [/ContextMenu/, 'Menu key'],
  [/Page/, 'Page '],
];

/** "Alt+ArrowUp" as it stands on the keys: "Alt+↑". */
const keyWords = (keys: string): string =>
  WORDS.reduce((text, [pattern, words]) => text.replace(pattern, words), keys);
