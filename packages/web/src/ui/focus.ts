/**
 * The focus is never nowhere: whoever uses the keyboard or a screen reader would have to begin anew. Where what has it is taken
 * from the page (a dialog or a pane closes, a row is deleted, a step of a form follows), it goes back to where it was before.
 */
const TRAIL_MAX = 16;
const CONTROLS = 'input:not([type=checkbox]), textarea, select, button, [tabindex]';

/** Where it was, the latest last. */
let trail: readonly HTMLElement[] = [];

/** Once in the page. */
export function keepFocus(): void {
  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    const others = trail.filter((element) => element !== target && element.isConnected);
    trail = [...others.slice(1 - TRAIL_MAX), target];
  });
  document.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget === null) whenDrawn();
  });
  window.addEventListener('hashchange', whenDrawn);
}

/** What has it, or had it last where that is gone: a menu that one chose from, a dialog that another one follows. */
export const focused = (): HTMLElement | undefined =>
  document.activeElement !== document.body && document.activeElement instanceof HTMLElement
    ? document.activeElement
    : trail.findLast(canHaveFocus);

/** Who clicks beside everything wants no focus: what had it is still there then. */
function whenDrawn(): void {
  const left = trail.at(-1);
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.activeElement === document.body && left !== undefined && !canHaveFocus(left)) restore();
    }),
  );
}

function restore(): void {
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  const place = dialog ?? document.getElementById('conversation');
  const inside = [...(place?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];
  const before = trail.findLast((element) => canHaveFocus(element) && (dialog?.contains(element) ?? true));
  (before ?? inside.find(canHaveFocus) ?? document.getElementById('conversation'))?.focus();
}

/** Under a finger a text field would bring up the keyboard. */
const canHaveFocus = (element: HTMLElement): boolean =>
  element.isConnected &&
  element.checkVisibility({ visibilityProperty: true }) &&
  !element.matches(':disabled, [inert] *') &&
  !(matchMedia('(pointer: coarse)').matches && element.matches('textarea, input'));
