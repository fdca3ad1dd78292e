/** Ctrl+K: type part of a name, press Enter. */
import { errorWords, type Store } from '@sotto/app';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { goTo } from '../routes.ts';
import { lookFor } from '../side/beside.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { addToast } from '../ui/toasts.ts';
import { type Target, targetsFor } from './finding.ts';
import { kindWords, RoomIcon } from './room-icon.tsx';
import { shownName } from './sections.ts';
import styles from './switcher.module.css';
import { usePeople } from './use-people.ts';

export interface SwitcherProps {
  store: Store;
  onClose: () => void;
}

export function Switcher({ store, onClose }: SwitcherProps) {
  const { list } = useReadable(store.rooms);
  const me = useReadable(store.me);
  const people = usePeople(store);
  const [query, setQuery] = useState('');
  const [wanted, setWanted] = useState(0);
  const targets = useMemo(() => targetsFor(query, list, people, me), [query, list, people, me]);
  const choices: readonly Choice[] =
    query.trim() === ''
      ? targets
      : [...targets, { kind: 'search', key: 'switcher-search', query: query.trim() }];
  const at = Math.min(wanted, choices.length - 1);
  const choose = (target: Choice) => {
    onClose();
    if (target.kind === 'search') return lookFor({ everywhere: true, query: target.query });
    if (target.kind === 'room') return goTo({ kind: 'room', room: target.room.number });
    store.client.openDirect(target.person.number).then(
      ({ number }) => goTo({ kind: 'room', room: number }),
      (error: unknown) => addToast({ kind: 'danger', words: errorWords(error) }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = choices[at];
    if (event.key === 'Enter' && target !== undefined) choose(target);
    else if (event.key === 'ArrowDown') setWanted((at + 1) % choices.length);
    else if (event.key === 'ArrowUp') setWanted((at - 1 + choices.length) % choices.length);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Go to a room or a person" bare onClose={onClose}>
      <div className={styles.line}>
        <Icon name="search" />
        <input
          className={styles.input}
          role="combobox"
          aria-label="Room or person"
          aria-expanded="true"
          aria-controls="switcher-list"
          aria-autocomplete="list"
          aria-activedescendant={choices[at]?.key}
          placeholder="Where to?"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setQuery(event.target.value);
            setWanted(0);
          }}
        />
        <kbd>Esc</kbd>
      </div>
      <div id="switcher-list" role="listbox" aria-label="Rooms and people" className={styles.list}>
        {choices.map((target, place) => (
          <Option key={target.key} target={target} isChosen={place === at} onChoose={choose} />
        ))}
      </div>
      {targets.length === 0 && (
        <p className={styles.none} role="status">
          Nothing is called that. Rooms that you are not in are under “Browse rooms”.
        </p>
      )}
    </Dialog>
  );
}

/** What is typed may be something that was said. */
type Choice = Target | { kind: 'search'; key: string; query: string };

interface OptionProps {
  target: Choice;
  isChosen: boolean;
  onChoose: (target: Choice) => void;
}

function Option({ target, isChosen, onChoose }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field, which keeps the focus.
    <div
      id={target.key}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      className={styles.option}
      ref={isChosen ? scrollIntoView : null}
      onClick={() => onChoose(target)}
    >
      <Words target={target} />
    </div>
  );
}

function Words({ target }: { target: Choice }) {
  switch (target.kind) {
    case 'room':
      return <RoomWords room={target.room} />;
    case 'person':
      return <PersonWords person={target.person} />;
    case 'search':
      return (
        <>
          <Icon name="search" />
          <span className={styles.name}>Search all messages for “{target.query}”</span>
        </>
      );
  }
}

const scrollIntoView = (element: HTMLElement | null): void => element?.scrollIntoView({ block: 'nearest' });

function RoomWords({ room }: { room: Extract<Target, { kind: 'room' }>['room'] }) {
  return (
    <>
      {room.peer === undefined ? <RoomIcon kind={room.kind} /> : <Avatar person={room.peer} size="small" />}
      <span className={styles.name}>{shownName(room)}</span>
      <span className={styles.about}>
        {room.peer === undefined ? kindWords(room.kind) : `@${room.peer.name}`}
      </span>
      {room.mentions > 0 ? (
        <Badge count={room.mentions} kind="mention" />
      ) : (
        <Badge count={room.unread} kind={room.peer === undefined ? 'unread' : 'direct'} />
      )}
    </>
  );
}

function PersonWords({ person }: { person: Extract<Target, { kind: 'person' }>['person'] }) {
  return (
    <>
      <Avatar person={person} size="small" online={person.online} />
      <span className={styles.name}>{person.displayName || person.name}</span>
      <span className={styles.about}>@{person.name}</span>
    </>
  );
}
