/** The emoji picker as people use it: by word, by arrow keys, by tone of skin. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { galleryPage } from '@sotto/web/testing';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { hasFocus, until } from './support/chat.ts';
import { type Gallery, openGallery } from './support/gallery.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('[TEXT-3] C1 M9: emoji in Chromium', () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await openGallery(chromium ?? '', galleryPage('emoji'));
  });
  afterAll(() => gallery?.close());

  test('one is found by its word and picked by Enter, and is among the recent ones after that', async () => {
    const { page, complaints, close } = await gallery.person();
    const opener = page.getByRole('button', { name: 'React', exact: true });
    await opener.click();
    const search = page.getByRole('searchbox', { name: 'Search emoji' });
    await until(() => hasFocus(search));
    await search.fill('tada');
    await page.getByRole('region', { name: 'Found' }).getByRole('button', { name: 'party popper' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Picked').getByText('🎉').waitFor();
    await opener.click();
    const recent = page.getByRole('region', { name: 'Recent' });
    await recent.waitFor();
    expect(await recent.getByRole('button').allTextContents()).toEqual(['🎉']);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('Enter picks what was typed, also before that is found and shown', async () => {
    const { page, close } = await gallery.person();
    await page.getByRole('button', { name: 'React', exact: true }).click();
    const search = page.getByRole('searchbox', { name: 'Search emoji' });
    await search.waitFor();
    await search.evaluate((field: HTMLInputElement) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, 'tada');
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    });
    await page.getByLabel('Picked').getByText('🎉').waitFor();
    await close();
  });

  test('arrow keys go from one to the next, Escape leaves and gives the focus back', async () => {
    const { page, complaints, close } = await gallery.person();
    const opener = page.getByRole('button', { name: 'React', exact: true });
    await opener.click();
    // It takes the focus when it is there.
    await until(() => hasFocus(page.getByRole('searchbox')));
    const first = page.getByRole('button', { name: 'grinning face', exact: true });
    await first.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    const at = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await at()).toBe('😄');
    await page.keyboard.press('Enter');
    await page.getByLabel('Picked').getByText('😄').waitFor();
    await opener.click();
    await until(() => hasFocus(page.getByRole('searchbox')));
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').waitFor({ state: 'detached' });
    await until(() => hasFocus(opener));
    expect(complaints).toEqual([]);
    await close();
  });

  test('a tone of skin is kept, and is that of what is picked', async () => {
    const { page, close } = await gallery.person();
    const opener = page.getByRole('button', { name: 'React', exact: true });
    await opener.click();
    await page.getByRole('combobox', { name: 'Skin tone' }).selectOption('2');
    await page.getByRole('searchbox').fill('thumbsup');
    await page.getByRole('button', { name: 'thumbs up' }).click();
    await page.getByLabel('Picked').getByText('👍🏽').waitFor();
    await page.reload();
    await opener.click();
    expect(await page.getByRole('combobox', { name: 'Skin tone' }).inputValue()).toBe('2');
    await close();
  });
});
