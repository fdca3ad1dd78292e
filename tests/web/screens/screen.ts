/** A row of the tables of screens: what is shown, and how one comes there. */
import type { Locator, Page } from 'playwright-core';

export interface Screen {
  readonly name: string;
  /** Where one begins: the list of rooms, or a conversation. In a wide window both are there. */
  readonly from: 'signIn' | 'rooms' | Place;
  /** What it is, as a selector: only that is looked at. The whole page where nothing is said. */
  readonly within?: string;
  /** It has the focus while it is there, where nothing else is said. */
  readonly focus?: 'elsewhere';
  /** Only in windows as narrow as a phone's, or only in wide ones. */
  readonly only?: 'narrow' | 'wide';
  /** It costs as much as many others, and is seldom another: only in the long run. */
  readonly costly?: true;
  /** It is a place: nothing closes it. */
  readonly stays?: true;
  /** What is seen of it once all of it is there, and not any more when it is closed. */
  open(page: Page): Promise<Locator>;
  /** Where Escape does not. */
  close?(page: Page): Promise<unknown>;
}

/** A conversation, or what stands in its place. */
export type Place = 'garden' | 'empty' | 'direct' | 'nowhere';

export const DIALOG = 'dialog[open]';
export const FLOATING = '[role=menu], [role=dialog]:not(dialog)';
export const SIDE = 'aside';

/** By its button, or in narrow windows by the menu that has it. */
export async function pressInHead(page: Page, name: string): Promise<void> {
  const head = page.locator('main header');
  const button = head.getByRole('button', { name, exact: true });
  const more = head.getByRole('button', { name: 'More', exact: true });
  await button.or(more).first().waitFor();
  if (await button.isVisible()) return button.click();
  await more.click();
  await item(page, name).click();
}

export const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });

export const item = (page: Page, name: string): Locator =>
  page.getByRole('menuitem', { name: new RegExp(`^${name}\\b`) }).first();

export const heading = (page: Page, name: string): Locator =>
  page.getByRole('heading', { name, exact: true });

/** Chooses it. */
export async function tab(page: Page, name: string): Promise<Locator> {
  await page.getByRole('tab', { name, exact: true }).click();
  return page.getByRole('tab', { name, exact: true, selected: true });
}

export const closeSide = (page: Page): Promise<void> =>
  page
    .locator(SIDE)
    .getByRole('button', { name: /^Close/ })
    .click();

/** Two layers, the upper one first: `upper` is seen no more when it is closed. */
export const escapeTwice = (upper: (page: Page) => Locator) => async (page: Page) => {
  await page.keyboard.press('Escape');
  await upper(page).first().waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
};
