/** All emoji, by group and by word. Fetched with its data when it is first opened. */
import { type KeyboardEvent, memo, useDeferredValue, useId, useMemo, useState } from 'react';
import { EMOJI, EMOJI_GROUPS, type Emoji, findEmoji } from './emoji.ts';
import { moveInGrid } from './grid-keys.ts';
import styles from './picker.module.css';
import { chooseTone, chosenTone, recentEmoji, rememberEmoji } from './recent.ts';
import { TONES, type Tone, toned } from './tones.ts';

/** Where it came after what it stands in had looked for something to give the focus to; a finger needs no keyboard yet. */
function takeFocus(field: HTMLElement | null): void {
  if (field?.closest('[role=dialog]') === document.activeElement && !matchMedia('(pointer: coarse)').matches)
    field?.focus();
}

export interface PickerProps {
  onPick: (glyph: string) => void;
}

export default function Picker({ onPick }: PickerProps) {
  const [query, setQuery] = useState('');
  const [tone, setTone] = useState(chosenTone);
  const shown = useDeferredValue(query);
  const pick = (glyph: string) => {
    rememberEmoji(glyph);
    onPick(glyph);
  };
  const found = useMemo(() => findEmoji(shown), [shown]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    // What is shown may be behind what was typed.
    const [first] = findEmoji(query, 1);
    if (first === undefined) return;
    event.preventDefault();
    pick(toned(first.glyph, tone));
  };
  const change = (next: Tone | undefined) => {
    chooseTone(next);
    setTone(next);
  };
  return (
    <div className={styles.picker}>
      <div className={styles.head}>
        <input
          ref={takeFocus}
          type="search"
          className={styles.search}
          aria-label="Search emoji"
          placeholder="Search emoji"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Tones tone={tone} onChange={change} />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons in it. */}
      <div className={styles.list} onKeyDown={moveInGrid}>
        {shown.trim() === '' ? (
          <Groups tone={tone} onPick={pick} />
        ) : (
          <Group label="Found" all={found} tone={tone} onPick={pick} isFirst />
        )}
        {shown.trim() !== '' && found.length === 0 && (
          <p className={styles.none} role="status">
            No emoji is called “{shown.trim()}”.
          </p>
        )}
      </div>
    </div>
  );
}

interface ListProps {
  tone: Tone | undefined;
  onPick: (glyph: string) => void;
}

const byGroup = EMOJI_GROUPS.map((_, group) => EMOJI.filter((emoji) => emoji.group === group));
const byGlyph = new Map(EMOJI.map((emoji) => [emoji.glyph, emoji]));

function Groups(props: ListProps) {
  const [recent] = useState(() => recentEmoji().map((glyph) => byGlyph.get(glyph) ?? unlisted(glyph)));
  return (
    <>
      {recent.length > 0 && <Group {...props} label="Recent" all={recent} isFirst />}
      {EMOJI_GROUPS.map(({ label }, at) => (
        <Group
          key={label}
          {...props}
          label={label}
          all={byGroup[at] ?? []}
          isFirst={at === 0 && recent.length === 0}
        />
      ))}
    </>
  );
}

/** With a tone of its own. */
const unlisted = (glyph: string): Emoji => ({ glyph, label: glyph, group: 0, codes: [], words: [] });

interface GroupProps extends ListProps {
  label: string;
  all: readonly Emoji[];
  isFirst?: boolean;
}

const Group = memo(function Group({ label, all, tone, onPick, isFirst = false }: GroupProps) {
  const heading = useId();
  return (
    <section className={styles.group} aria-labelledby={heading}>
      <p id={heading} className={styles.title}>
        {label}
      </p>
      <div className={styles.grid}>
        {all.map((emoji, at) => {
          const glyph = toned(emoji.glyph, tone);
          return (
            <button
              key={emoji.glyph}
              type="button"
              data-emoji=""
              className={styles.emoji}
              tabIndex={isFirst && at === 0 ? 0 : -1}
              aria-label={emoji.label}
              title={emoji.label}
              onClick={() => onPick(glyph)}
            >
              {glyph}
            </button>
          );
        })}
      </div>
    </section>
  );
});

interface TonesProps {
  tone: Tone | undefined;
  onChange: (tone: Tone | undefined) => void;
}

const NAMES = ['Light', 'Medium-light', 'Medium', 'Medium-dark', 'Dark'] as const;

function Tones({ tone, onChange }: TonesProps) {
  const value = tone === undefined ? '' : `${TONES.indexOf(tone)}`;
  return (
    <select
      className={styles.tone}
      aria-label="Skin tone"
      value={value}
      onChange={(event) => onChange(TONES[Number(event.target.value || Number.NaN)])}
    >
      <option value="">✋ Any</option>
      {TONES.map((each, at) => (
        <option key={each} value={at}>
          ✋{each} {NAMES[at]}
        </option>
      ))}
    </select>
  );
}
