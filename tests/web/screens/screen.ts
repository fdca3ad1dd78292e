/** A row of the tables of screens: what is shown, and how one comes there. */
import type { Locator, Page } from 'playwright-core';

export interface Screen {
  readonly name: string;
  /** Where one begins: the list of rooms, or a conversation. In a wide window both are there. */
  readonly from: 'signIn' | 'rooms' | 'garden' | 'empty' | 'news' | 'direct' | 'nowhere';
  /** What it is, as a selector: only that is looked at. The whole page where nothing is said. */
  readonly within?: string;
  /** It has the focus while it is there, where nothing else is said. */
  readonly focus?: 'elsewhere';
  /** Only in windows as narrow as a phone's, or only in wide ones. */
  readonly only?: 'narrow' | 'wide';
  /** Ends when it is there. */
  open(page: Page): Promise<unknown>;
  /** Where Escape does not. */
  close?(page: Page): Promise<unknown>;
}

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

export const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name, exact: true }).first().waitFor();

export const tab = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('tab', { name, exact: true }).click();
  await page.getByRole('tabpanel').getByText('loading').first().waitFor({ state: 'detached' });
};
