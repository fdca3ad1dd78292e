/**
 * What an element is told by to have a tooltip: `<button {...tip('Reply', 'R')}>`. The one `Tooltips` of the page shows it on
 * hover and on focus by keyboard. It repeats what the element is named, or adds what nobody needs: it is not read out.
 */
export const tip = (words: string, keys?: string): { 'data-tip': string; 'data-keys'?: string } =>
  keys === undefined ? { 'data-tip': words } : { 'data-tip': words, 'data-keys': keys };
