/** Messages as people see them: what hostile ones come to in a browser, and what ordinary ones look like. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { galleryPage, PAYLOADS } from '@sotto/web/testing';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { type Gallery, openGallery } from './support/gallery.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');
/** All that a message may become. */
const ELEMENTS = [
  ...[
    'A',
    'ARTICLE',
    'BLOCKQUOTE',
    'BR',
    'BUTTON',
    'CODE',
    'DIV',
    'EM',
    'HR',
    'LI',
    'OL',
    'P',
    'PATH',
    'PRE',
    'S',
  ],
  ...['SPAN', 'STRONG', 'SVG', 'TABLE', 'TBODY', 'TD', 'TH', 'THEAD', 'TR', 'UL'],
];
const ATTRIBUTES = [
  ...[
    'aria-hidden',
    'aria-label',
    'class',
    'd',
    'data-tip',
    'dir',
    'fill',
    'height',
    'href',
    'rel',
    'role',
    'scope',
  ],
  ...[
    'start',
    'stroke',
    'stroke-linecap',
    'stroke-linejoin',
    'stroke-width',
    'tabindex',
    'target',
    'type',
    'viewBox',
    'width',
  ],
];

describe.skipIf(chromium === undefined)('messages in Chromium', () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await openGallery(chromium ?? '', galleryPage('markdown'));
  });
  afterAll(() => gallery?.close());

  test('[TEXT-8] [WEB-2] C1: 200 hostile messages run nothing, load nothing from outside, and become nothing but text', async () => {
    expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(200);
    const { page, complaints, close } = await gallery.person();
    const requests: string[] = [];
    const ran: string[] = [];
    await page.exposeFunction('xss', () => void ran.push('xss'));
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => ran.push('dialog')));
    await page.reload();
    const rows = page.locator('#hostile article');
    await rows.last().waitFor();
    expect(await rows.count()).toBe(PAYLOADS.length);
    await page.mouse.move(300, 300);
    await page.waitForLoadState('networkidle');
    const made = await page.evaluate(() => {
      const all = [...document.querySelectorAll('#hostile *')];
      const attributes = all.flatMap((element) => [...element.attributes].map(({ name }) => name));
      const links = [...document.querySelectorAll<HTMLAnchorElement>('#hostile a')];
      return {
        elements: [...new Set(all.map(({ tagName }) => tagName.toUpperCase()))],
        attributes: [...new Set(attributes)],
        schemes: [...new Set(links.map(({ protocol }) => protocol))],
        guarded: links.every(
          ({ rel, target }) => target === '_blank' && rel === 'noopener noreferrer nofollow',
        ),
      };
    });
    expect(made.elements.filter((name) => !ELEMENTS.includes(name))).toEqual([]);
    expect(made.attributes.filter((name) => !ATTRIBUTES.includes(name))).toEqual([]);
    expect(made.schemes.sort()).toEqual(['https:', 'mailto:']);
    expect(made.guarded).toBe(true);
    expect(requests.filter((url) => !url.startsWith(gallery.origin))).toEqual([]);
    expect(ran).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('[TEXT-8] C1: nothing of a hostile message is left out but what a link hides', async () => {
    const { page, close } = await gallery.person();
    const first = page.locator('#hostile article').first();
    expect(await first.textContent()).toBe('<script>xss()</script>');
    await close();
  });

  test('[TEXT-8] C1 T17: an ordinary message has its marks, coloured code, and nothing that axe finds in three themes', async () => {
    for (const look of [{}, { colorScheme: 'dark' }, { contrast: 'more' }] as const) {
      const { page, complaints, close } = await gallery.person(look);
      const message = page.locator('#ordinary');
      await message.locator('pre span').first().waitFor();
      expect(await message.locator('strong').allTextContents()).toContain('bold');
      expect(await message.locator('td').allTextContents()).toEqual(['1', '2']);
      expect(await message.getByRole('img', { name: 'Done' }).count()).toBe(1);
      await page.evaluate(() => document.querySelector('#hostile')?.remove());
      expect(await violations(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    }
  });
});
