import type { SlashCommand, TypedCommand } from '@sotto/app/commands';
import { usageHere } from './offered.ts';
import styles from './slash.module.css';

export interface ExplainedProps {
  typed: TypedCommand;
  command: SlashCommand;
  problem: string | undefined;
}

/** What is being typed: how it goes on, what it does, and an example; what is wrong with it once it was tried. */
export function Explained({ typed, command, problem }: ExplainedProps) {
  const { summary, notes = [], examples = [] } = command;
  const name = typed.name.toLowerCase();
  return (
    <div className={styles.explained}>
      <p className={styles.usage}>
        <Usage name={name} command={command} place={typed.place} />
        <span className={styles.enter}>
          <kbd>Enter</kbd> does it
        </span>
      </p>
      <p role="status">{summary}.</p>
      {notes.length > 0 && (
        <div className={styles.notes}>
          {notes.map((note) => (
            <p key={note} className={styles.quiet}>
              {note}
            </p>
          ))}
        </div>
      )}
      {examples.length > 0 && (
        <p className={styles.quiet}>
          Like{' '}
          {examples.slice(0, 2).map((example, at) => (
            <span key={example}>
              {at > 0 && ' or '}
              <code>{example}</code>
            </span>
          ))}
        </p>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The same in one line, above what the word may become. */
export function Summary({ typed, command }: Pick<ExplainedProps, 'typed' | 'command'>) {
  return (
    <p className={styles.summary}>
      <Usage name={typed.name.toLowerCase()} command={command} place={typed.place} />{' '}
      <span className={styles.quiet}>{command.summary}.</span>
    </p>
  );
}

/** The usage, with the word that is being typed set off; where there are alternatives it stands as a whole. */
function Usage({ name, command, place }: { name: string; command: SlashCommand; place: number }) {
  const usage = usageHere(name, command);
  const words = usage.split(' ');
  const isSimple = !/ \| |\.\.\./.test(usage) && place >= 0;
  // Without the room that is left out.
  const offset = command.usage.startsWith('[#room') ? 0 : 1;
  const at = Math.min(place + offset, words.length - 1);
  if (!isSimple || at < 1) return <code>{usage}</code>;
  return (
    <code>
      {words.slice(0, at).join(' ')} <b className={styles.now}>{words[at]}</b> {words.slice(at + 1).join(' ')}
    </code>
  );
}
