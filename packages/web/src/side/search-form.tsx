import type { Search, SearchState, SearchWords } from '@sotto/app/search';
import { type RefObject, useId, useState } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import styles from './search-form.module.css';

export interface SearchFormProps {
  search: Search;
  state: SearchState;
  field: RefObject<HTMLInputElement | null>;
}

const HAS: readonly { value: SearchWords['has']; label: string }[] = [
  { value: 'anything', label: 'Anything' },
  { value: 'file', label: 'A file' },
  { value: 'link', label: 'A link' },
];

/** What is looked for: words, where, and behind a button from whom, with what, and when. */
export function SearchForm({ search, state: { words, mentions }, field }: SearchFormProps) {
  const count = filterCount(words);
  const [isOpen, setOpen] = useState(count > 0);
  const id = useId();
  const look = (everywhere: boolean) => {
    search.change({ everywhere });
    search.now();
  };
  return (
    <search className={styles.form}>
      <Field
        ref={field}
        label={words.everywhere ? 'Search all rooms' : 'Search this room'}
        type="search"
        autoComplete="off"
        spellCheck={false}
        value={words.text}
        onChange={({ target: { value } }) => search.change({ text: value })}
        onKeyDown={({ key }) => key === 'Enter' && search.now()}
        end={
          <IconButton
            icon="filter"
            label={count === 0 ? 'Filters' : `Filters (${count})`}
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            pressed={count > 0}
            onClick={() => setOpen(!isOpen)}
          />
        }
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a row of buttons is no set of fields. */}
      <div className={styles.where} role="group" aria-label="Where">
        <Where chosen={!mentions && !words.everywhere} onChoose={() => look(false)}>
          This room
        </Where>
        <Where chosen={!mentions && words.everywhere} onChoose={() => look(true)}>
          All rooms
        </Where>
        <Where chosen={mentions} onChoose={() => search.showMentions()}>
          Mentions
        </Where>
      </div>
      {isOpen && <Filters id={id} search={search} words={words} />}
    </search>
  );
}

interface WhereProps {
  chosen: boolean;
  onChoose(): void;
  children: string;
}

const Where = ({ chosen, onChoose, children }: WhereProps) => (
  <button type="button" className={styles.place} aria-pressed={chosen} onClick={onChoose}>
    {children}
  </button>
);

const filterCount = ({ from, has, since, until }: SearchWords): number =>
  [from !== '', has !== 'anything', since !== '', until !== ''].filter(Boolean).length;

function Filters({ id, search, words }: { id: string; search: Search; words: SearchWords }) {
  const set = (changes: Partial<SearchWords>) => search.change(changes);
  const people = `${id}-people`;
  const clear = () => set({ from: '', has: 'anything', since: '', until: '' });
  return (
    <div id={id} className={styles.filters}>
      <Field
        label="From"
        list={people}
        autoComplete="off"
        spellCheck={false}
        placeholder="Anybody"
        value={words.from}
        onChange={({ target: { value } }) => set({ from: value })}
      />
      <People id={people} room={words.room} />
      <Select
        label="With"
        options={HAS}
        value={words.has}
        onChange={({ target: { value } }) => set({ has: value as SearchWords['has'] })}
      />
      <Field
        label="Since"
        className={styles.day}
        type="date"
        value={words.since}
        onChange={({ target: { value } }) => set({ since: value })}
      />
      <Field
        label="Until"
        className={styles.day}
        type="date"
        value={words.until}
        onChange={({ target: { value } }) => set({ until: value })}
      />
      {filterCount(words) > 0 && (
        <Button variant="quiet" className={styles.clear} onClick={clear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

/** Who may be meant: those of the room. */
function People({ id, room }: { id: string; room: SearchWords['room'] }) {
  const { members } = useReadable(useStore().members(room));
  return (
    <datalist id={id}>
      {members
        .filter(({ deleted }) => !deleted)
        .map(({ number, name, displayName }) => (
          <option key={number} value={name}>
            {displayName}
          </option>
        ))}
    </datalist>
  );
}
