import type { KeyboardEvent } from 'react';

/**
 * Arrow keys, Home and End among the buttons of a grid whose columns are what fits: up and down go to the button that is
 * nearest in the next row. One of the buttons is in the order of Tab.
 */
export function moveInGrid(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button[data-emoji]')];
  const from = buttons.indexOf(event.target as HTMLButtonElement);
  const to = from < 0 ? undefined : targetOf(event.key, buttons, from);
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const target = buttons[to];
  if (target === undefined) return;
  for (const button of buttons) if (button.tabIndex === 0) button.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
}

function targetOf(key: string, buttons: readonly HTMLButtonElement[], from: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(buttons.length - 1, from + 1);
    case 'Home':
      return 0;
    case 'End':
      return buttons.length - 1;
    case 'ArrowUp':
      return inNextRow(buttons, from, -1);
    case 'ArrowDown':
      return inNextRow(buttons, from, 1);
    default:
      return undefined;
  }
}

function inNextRow(buttons: readonly HTMLButtonElement[], from: number, step: -1 | 1): number {
  const start = buttons[from]?.getBoundingClientRect();
  if (start === undefined) return from;
  let best = from;
  let row: number | undefined;
  for (let at = from + step; at >= 0 && at < buttons.length; at += step) {
    const place = buttons[at]?.getBoundingClientRect();
    if (place === undefined || Math.abs(place.top - start.top) < 1) continue;
    row ??= place.top;
    if (Math.abs(place.top - row) >= 1) break;
    const distance = Math.abs(place.left - start.left);
    const least = best === from ? Number.POSITIVE_INFINITY : distanceOf(buttons[best], start);
    if (distance < least) best = at;
  }
  return best;
}

const distanceOf = (button: HTMLButtonElement | undefined, start: DOMRect): number =>
  Math.abs((button?.getBoundingClientRect().left ?? 0) - start.left);
