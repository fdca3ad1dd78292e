/** The emoji picker as people use it: by word, by arrow keys, by tone of skin. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { galleryPage } from '@sotto/web/testing';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
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
    await page.getByRole('searchbox', { name: 'Search emoji' }).fill('tada');
    await page.getByRole('button', { name: 'party popper' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Picked').getByText('🎉').waitFor();
    await opener.click();
    const recent = page.getByRole('region', { name: 'Recent' });
    expect(await recent.getByRole('button').allTextContents()).toEqual(['🎉']);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('arrow keys go from one to the next, Escape leaves and gives the focus back', async () => {
    const { page, complaints, close } = await gallery.person();
    const opener = page.getByRole('button', { name: 'React', exact: true });
    await opener.click();
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
    await page.getByRole('searchbox').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').waitFor({ state: 'detached' });
    expect(await at()).toBe('React');
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
