/** What must hold of any screen, however it came to be shown. */
import type { Page } from 'playwright-core';
import { violations } from './axe.ts';

const LIGHT = { name: 'light', media: { colorScheme: 'light', contrast: 'no-preference' } } as const;
const OTHERS = [
  { name: 'dark', media: { colorScheme: 'dark', contrast: 'no-preference' } },
  { name: 'contrast', media: { colorScheme: 'light', contrast: 'more' } },
] as const;

/** `place`: nothing is out of reach. `light`: what axe finds as well. `themes`: its colours in the other themes as well. */
export type Look = 'place' | 'light' | 'themes';

/** All that is wrong with it, or with what the selector stands for; leaves it in light. */
export async function faultsOf(page: Page, how: Look, within?: string): Promise<string[]> {
  const found = await misplaced(page, within);
  if (how !== 'place') found.push(...(await faultsIn(page, LIGHT, within)));
  if (how !== 'themes') return found;
  for (const look of OTHERS) found.push(...(await faultsIn(page, look, within)));
  await page.emulateMedia(LIGHT.media);
  return found;
}

async function faultsIn(
  page: Page,
  look: typeof LIGHT | (typeof OTHERS)[number],
  within?: string,
): Promise<string[]> {
  if (look !== LIGHT) await page.emulateMedia(look.media);
  const wrong = await violations(page, { within, coloursOnly: look !== LIGHT });
  return wrong.map((fault) => `${look.name}: ${fault}`);
}

/** Controls that stand over an edge of the window, where nothing scrolls to them, or that a finger does not hit. */
function misplaced(page: Page, within?: string): Promise<string[]> {
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

/** Whether something has the focus, at once or in a moment: a screen that took it away gives it to something else. */
export const getsFocus = (page: Page, within = 'body *'): Promise<boolean> =>
  page
    .waitForFunction(
      (selector) =>
        document.activeElement !== document.body && document.activeElement?.closest(selector) != null,
      within,
    )
    .then(
      () => true,
      () => false,
    );
