import type { Search, SearchState, SearchWords } from '@sotto/app/search';
import { type RefObject, useId, useState } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import styles from './search-form.module.css';

export interface SearchFormProps {
  search: Search;
  state: SearchState;
  field: RefObject<HTMLInputElement | null>;
}

const WHERE = [
  { value: 'here', label: 'This room' },
  { value: 'everywhere', label: 'All rooms' },
];
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
      />
      <div className={styles.row}>
        <Select
          label="Where"
          className={styles.where}
          options={WHERE}
          value={words.everywhere ? 'everywhere' : 'here'}
          onChange={({ target: { value } }) => {
            search.change({ everywhere: value === 'everywhere' });
            search.now();
          }}
        />
        <Button
          variant="quiet"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          Filters{count > 0 && ` (${count})`}
        </Button>
        <Button variant="quiet" aria-pressed={mentions} onClick={() => search.showMentions()}>
          Mentions
        </Button>
      </div>
      {isOpen && <Filters id={id} search={search} words={words} />}
    </search>
  );
}

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
        label="After"
        type="date"
        value={words.since}
        onChange={({ target: { value } }) => set({ since: value })}
      />
      <Field
        label="Before"
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
