/** Commands that explain themselves while they are typed; fetched when the first slash is. */
import type { Readable } from '@sotto/app';
import { type TypedCommand, typedCommand } from '@sotto/app/commands';
import type { Person } from '@sotto/client';
import { type KeyboardEvent, useEffect, useLayoutEffect, useState } from 'react';
import { useReadable } from '../../hooks/use-store.ts';
import { CompletionList, optionId } from '../completion-list.tsx';
import composer from '../composer.module.css';
import { offerKey } from '../offer-keys.ts';
import { Explained, Summary } from './explained.tsx';
import type { Scene } from './scene.ts';
import { suggestionsFor, withWord } from './suggestions.ts';

export { perform } from './perform.ts';
export { Told } from './told.tsx';

export interface SlashPaneProps {
  scene: Scene;
  text: string;
  caret: number;
  listId: string;
  /** What went wrong with what is typed. */
  problem: string | undefined;
  onText(text: string, caret: number): void;
  /** Which option is chosen, by its id; undefined where there are none. Keys go to what it is given. */
  onOptions(active: string | undefined, onKeyDown: (event: KeyboardEvent) => boolean): void;
}

export default function SlashPane(props: SlashPaneProps) {
  const { scene, text, caret, listId, problem, onText, onOptions } = props;
  const [chosen, setChosen] = useState(0);
  /** Escape closes the list for this word. */
  const [left, setLeft] = useState<number>();
  const typed = typedCommand(text, caret);
  const people = usePeopleMeant(scene, typed);
  const isLeft = typed === undefined || typed.start === left || caret === 0;
  const options = isLeft ? [] : suggestionsFor(scene, typed, people);
  const at = Math.min(chosen, Math.max(0, options.length - 1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text, another list.
  useEffect(() => setChosen(0), [text]);
  const choose = (word: string) => {
    if (typed === undefined) return;
    const next = withWord(text, typed, word);
    onText(next.text, next.caret);
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const key = offerKey(event, at, options.length);
    if (key === undefined || (event.key === 'Enter' && !isBegun(typed))) return false;
    if (key.kind === 'choose') setChosen(key.at);
    else if (key.kind === 'leave') setLeft(typed?.start);
    else choose(options[at]?.word ?? '');
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  // The keys are those of the text field, which keeps the focus.
  useLayoutEffect(() => onOptions(options.length === 0 ? undefined : optionId(listId, at), onKeyDown));
  return (
    <>
      {options.length > 0 && (
        <CompletionList
          {...{ id: listId, options, at, onChoose: choose }}
          label={typed?.command === undefined ? 'Commands' : 'Completions'}
          head={typed?.command !== undefined && <Summary typed={typed} command={typed.command} />}
        />
      )}
      {typed !== undefined &&
        typed.command !== undefined &&
        (options.length === 0 || problem !== undefined) && (
          <Explained typed={typed} command={typed.command} problem={problem} />
        )}
      {typed?.command === undefined && problem !== undefined && (
        <p className={composer.problem} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** Enter takes what is begun; where nothing of a word is typed yet it sends what is there. */
const isBegun = (typed: TypedCommand | undefined): boolean =>
  typed !== undefined && (typed.start === 0 || typed.word !== '');

/**
 * Those of the room for what is done in it, everybody for what brings somebody in, or has nothing to do with rooms. Asked for
 * where somebody is to be named.
 */
function usePeopleMeant({ store, room }: Scene, typed: TypedCommand | undefined): readonly Person[] {
  const isNaming = typed?.expected.some((what) => what === 'user' || what === 'conversation') === true;
  const isAnybody = isNaming && OF_EVERYBODY.has(typed?.name.toLowerCase() ?? '');
  const [everybody, setEverybody] = useState<readonly Person[]>(NOBODY);
  useEffect(() => {
    // Without a connection there are the names that one knows.
    if (isAnybody) store.client.roster({ limit: PEOPLE_MAX }).then(setEverybody, () => {});
  }, [store, isAnybody]);
  const { members } = useReadable<{ members: readonly Person[] }>(
    isNaming && !isAnybody ? store.members(room.number) : NO_MEMBERS,
  );
  return isAnybody ? everybody : members;
}

const NOBODY: readonly Person[] = [];
const EMPTY = { members: NOBODY };
const NO_MEMBERS: Readable<{ members: readonly Person[] }> = { get: () => EMPTY, subscribe: () => () => {} };
/** As the switcher shows. */
const PEOPLE_MAX = 1_000;

const OF_EVERYBODY: ReadonlySet<string> = new Set([
  ...['add', 'invite', 'block', 'unblock', 'unban', 'profile', 'admin'],
]);
