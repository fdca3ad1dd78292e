/** The client without a network, where the browser trusts the certificate. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { needs } from '../services.ts';
import { type House, openHouse } from './support/house.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('the client in Chromium while the server is away', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
  });
  afterAll(() => house?.close());

  test('C1: whoever was here before opens it without the server, and has the server again when it is back', async () => {
    const { page, close } = await house.person({ worker: true });
    const first = () => page.getByRole('heading', { level: 1 }).first();
    await first().waitFor();
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await house.kill();
    await page.reload();
    await first().waitFor();
    await house.start();
    const answer = await page.reload();
    expect(answer?.status()).toBe(200);
    await first().waitFor();
    expect(await page.evaluate(() => caches.keys())).toHaveLength(1);
    await close();
  });

  test('C1: browsers find what they need to install it', async () => {
    const { page, close } = await house.person();
    const manifest = await page.evaluate(async () => {
      const { href } = document.querySelector('link[rel=manifest]') as HTMLLinkElement;
      const answer = await fetch(href);
      const { icons, ...rest } = (await answer.json()) as { icons: { src: string; sizes: string }[] };
      const sizes = await Promise.all(
        icons.map(async ({ src, sizes }) => {
          const { naturalWidth, naturalHeight } = await loaded(src);
          return [sizes, sizes === 'any' ? 'any' : `${naturalWidth}x${naturalHeight}`];
        }),
      );
      return { type: answer.headers.get('content-type'), sizes, ...rest };

      async function loaded(src: string): Promise<HTMLImageElement> {
        const image = new Image();
        image.src = src;
        await image.decode();
        return image;
      }
    });
    expect(manifest).toMatchObject({ name: 'Sotto', start_url: '/', display: 'standalone' });
    expect(manifest.type).toStartWith('application/manifest+json');
    expect(manifest.sizes.map(([said]) => said)).toEqual(['any', '192x192', '512x512']);
    for (const [said, found] of manifest.sizes) expect(found).toBe(said);
    await close();
  });
});
