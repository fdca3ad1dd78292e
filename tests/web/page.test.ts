/** The page as browsers get it from the real server: what it may do, and what it may not. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { type House, openHouse } from './support/house.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');
const POLL_MS = 10;

describe.skipIf(chromium === undefined)('the client in Chromium, from the server itself', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
  });
  afterAll(() => house?.close());

  test('[WEB-1] C1: the page opens, and nothing of it asks for what the policy forbids', async () => {
    const { page, complaints, close } = await house.person();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.title()).toContain('Sotto');
    expect(complaints).toEqual([]);
    expect(await house.reports()).toEqual([]);
    await close();
  });

  test('C1 T17: axe finds nothing on the first screen, light, dark and with more contrast', async () => {
    for (const look of [{}, { colorScheme: 'dark' }, { contrast: 'more' }] as const) {
      const { page, close } = await house.person(look);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await violations(page)).toEqual([]);
      await close();
    }
  });

  test('[WEB-2] [WEB-5] text cannot become markup or a program, nothing comes from elsewhere, and the server hears of it', async () => {
    const { page, complaints, close } = await house.person();
    const before = (await house.reports()).length;
    const refused = await page.evaluate(async () => {
      const tried = async (work: () => unknown) => {
        try {
          await work();
          return 'done';
        } catch (error) {
          return error instanceof Error ? error.name : 'refused';
        }
      };
      const place = document.body.appendChild(document.createElement('div'));
      const script = document.createElement('script');
      const inline = document.createElement('script');
      inline.append('globalThis.ran = true');
      place.append(inline);
      const image = new Image();
      const imageIsRefused = new Promise((resolve) => {
        image.onerror = () => resolve('refused');
        image.onload = () => resolve('done');
      });
      image.src = 'https://127.0.0.1:1/who.gif?alice';
      return {
        markup: await tried(() => {
          place.innerHTML = '<b>b</b>';
        }),
        program: await tried(() => {
          script.src = '/assets/other.js';
        }),
        otherPolicy: await tried(() =>
          (globalThis as unknown as { trustedTypes: Policies }).trustedTypes.createPolicy('other', {}),
        ),
        elsewhere: await tried(() => fetch('https://127.0.0.1:1/')),
        image: await imageIsRefused,
        ran: 'ran' in globalThis,
      };
      interface Policies {
        createPolicy(name: string, rules: object): unknown;
      }
    });
    expect(refused).toEqual({
      markup: 'TypeError',
      program: 'TypeError',
      otherPolicy: 'TypeError',
      elsewhere: 'TypeError',
      image: 'refused',
      ran: false,
    });
    const directives = ['trusted-types', 'require-trusted-types-for', 'connect-src', 'img-src'];
    const isTold = (directive: string) => complaints.some((text) => text.startsWith(`policy: ${directive} `));
    while (!directives.every(isTold)) await Bun.sleep(POLL_MS);
    const news = async () => (await house.reports()).slice(before).join('\n');
    while (!(await news()).includes('"img-src"')) await Bun.sleep(POLL_MS);
    expect(await news()).not.toContain('alice');
    await close();
  });

  test('[WEB-2] a page elsewhere cannot show the client in a frame', async () => {
    const { page, close } = await house.person();
    const elsewhere = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () =>
        new Response(`<iframe src="${house.origin}/"></iframe>`, {
          headers: { 'Content-Type': 'text/html' },
        }),
    });
    try {
      await page.goto(elsewhere.url.href);
      while (!page.frames()[1]?.url().includes('://')) await Bun.sleep(POLL_MS);
      expect(page.frames().map((frame) => frame.url())).toEqual([
        elsewhere.url.href,
        'chrome-error://chromewebdata/',
      ]);
    } finally {
      await elsewhere.stop(true);
      await close();
    }
  });
});
