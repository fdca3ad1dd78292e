/** All keys, as the table of them says. */
import { KEY_TABLE, type KeyScope } from '@sotto/app';
import { Dialog } from '../ui/dialog.tsx';
import styles from './keys-sheet.module.css';

const SCOPES: readonly { scope: KeyScope; title: string }[] = [
  { scope: 'anywhere', title: 'Anywhere' },
  { scope: 'message', title: 'On a message' },
  { scope: 'composer', title: 'While writing' },
];

export default function KeysSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" size="large" reading onClose={onClose}>
      <div className={styles.columns}>
        {SCOPES.map(({ scope, title }) => (
          <section key={scope}>
            <h3>{title}</h3>
            <dl className={styles.list}>
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
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ArrowUp/, '↑'],
  [/ArrowDown/, '↓'],
  [/Escape/, 'Esc'],
];

/** "Alt+ArrowUp" as it stands on the keys: "Alt+↑". */
export const keyWords = (keys: string): string =>
  WORDS.reduce((text, [pattern, words]) => text.replace(pattern, words), keys);
