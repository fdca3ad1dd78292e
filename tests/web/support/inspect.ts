/** What must hold of any screen, however it came to be shown. */
import type { Page } from 'playwright-core';
import { violations } from './axe.ts';

const LOOKS = [
  { name: 'light', colorScheme: 'light', contrast: 'no-preference' },
  { name: 'dark', colorScheme: 'dark', contrast: 'no-preference' },
  { name: 'contrast', colorScheme: 'light', contrast: 'more' },
] as const;

export interface Inspection {
  /** A selector: only that is looked at. */
  readonly within?: string | undefined;
  /** Colours are the same in any width. */
  readonly inAllThemes: boolean;
}

/** All that is wrong with it in light, and its colours in dark and high contrast; leaves it in light. */
export async function faultsOf(page: Page, { within, inAllThemes }: Inspection): Promise<string[]> {
  const found = [...(await misplaced(page, within))];
  for (const { name, ...look } of inAllThemes ? LOOKS : LOOKS.slice(0, 1)) {
    await page.emulateMedia(look);
    const wrong = await violations(page, { within, coloursOnly: name !== 'light' });
    found.push(...wrong.map((fault) => `${name}: ${fault}`));
  }
  if (inAllThemes) await page.emulateMedia(LOOKS[0]);
  return found;
}

/** Controls that stand over an edge of the window, where nothing scrolls to them, or that a finger does not hit. */
export function misplaced(page: Page, within?: string): Promise<string[]> {
  return page.evaluate((selector) => {
    const wide = document.documentElement.clientWidth;
    const touch = matchMedia('(pointer: coarse)').matches;
    const root = (selector === undefined ? null : document.querySelector(selector)) ?? document;
    const named = (element: Element) =>
      `${element.tagName.toLowerCase()} "${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 30)}"`;
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const isSeen = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      element.closest('.unseen, [inert], [aria-hidden=true]') === null;
    const clip = (element: Element): DOMRect =>
      element.parentElement === null ||
      /auto|scroll|hidden/.test(getComputedStyle(element.parentElement).overflowY)
        ? (element.parentElement ?? element).getBoundingClientRect()
        : clip(element.parentElement);
    /** 44 px high, and in a message as much as its lines leave, as far as it is seen: what a style sheet draws around it counts. */
    const isHit = (element: Element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const seen = clip(element);
      const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
      const reach =
        element.closest('[data-row]') !== null && element.closest('[role=toolbar]') === null ? 9 : 21;
      const isAt = (fromMiddle: number) => {
        const y = top + height / 2 + fromMiddle;
        const hit = document.elementFromPoint(left + width / 2, y);
        if (hit === null || y <= seen.top || y >= seen.bottom) return true;
        return element.contains(hit) || label?.parentElement?.contains(hit) === true;
      };
      return !isAt(0) || (isAt(-reach) && isAt(reach));
    };
    const found = document.documentElement.scrollWidth > wide ? ['the page is wider than the window'] : [];
    for (const element of root.querySelectorAll('button, a[href], input, select, textarea, [role=option]')) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width === 0 || !isSeen(element)) continue;
      if ((left < -0.5 || right > wide + 0.5) && !scrolls(element))
        found.push(`over the edge: ${named(element)} from ${left} to ${right} of ${wide}`);
      if (touch && getComputedStyle(element).display !== 'inline' && !isHit(element))
        found.push(`${Math.round(width)} x ${Math.round(height)} px under a finger: ${named(element)}`);
    }
    return found;
  }, within);
}

const SOON_MS = 1_000;

/** Whether something has the focus, at once or in a moment: a screen that took it away gives it to something else. */
export const getsFocus = (page: Page, within = 'body *'): Promise<boolean> =>
  page
    .waitForFunction(
      (selector) =>
        document.activeElement !== document.body && document.activeElement?.closest(selector) != null,
      within,
      { timeout: SOON_MS },
    )
    .then(
      () => true,
      () => false,
    );
