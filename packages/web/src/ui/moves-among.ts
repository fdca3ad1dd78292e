import type { KeyboardEvent } from 'react';

/** Arrow keys, Home and End go from one to another of the rows that `selector` finds; Tab also comes to what stands beside them. */
export const movesAmong =
  (selector: string) =>
  (event: KeyboardEvent<HTMLElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = next === undefined ? undefined : rows[next];
    if (at === -1 || row === undefined) return;
    event.preventDefault();
    row.focus();
  };
