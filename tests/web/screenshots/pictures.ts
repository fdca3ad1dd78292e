/** The files that people of the pictures send each other, made here. */
import type { FileDetails } from '@sotto/client';
import type { Browser } from 'playwright-core';

const STREETS = [
  'M-20 180 C 160 120 260 260 420 200 S 700 120 980 210',
  'M120 -20 C 160 140 120 300 200 620',
  'M420 -20 C 380 160 520 320 470 620',
  'M-20 420 C 240 380 420 470 620 400 S 860 420 980 360',
  'M720 -20 C 690 200 780 360 740 620',
];
const STATIONS = [
  [150, 150, 12],
  [300, 215, 4],
  [445, 205, 9],
  [600, 150, 0],
  [735, 165, 17],
  [480, 420, 6],
  [235, 400, 3],
  [755, 385, 11],
  [610, 400, 2],
] as const;

const MAP = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 600" width="960" height="600">
<rect width="960" height="600" fill="#10141f"/><path d="M0 470 C 240 430 520 540 960 450 V600 H0Z" fill="#0b2440"/>
${STREETS.map((street) => `<path d="${street}" fill="none" stroke="#33405c" stroke-width="9"/>`).join('')}
${STATIONS.map(
  ([x, y, bikes]) =>
    `<circle cx="${x}" cy="${y}" r="21" fill="${bikes === 0 ? '#39424f' : '#ffd166'}"/><text x="${x}" y="${y + 6}" text-anchor="middle" font-family="sans-serif" font-size="18" font-weight="600" fill="${bikes === 0 ? '#c8ced8' : '#10141f'}">${bikes}</text>`,
).join('')}</svg>`;

const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 88>>stream
BT /F 22 Tf 40 230 Td (Contrast of the map at night) Tj /F 13 Tf 0 -36 Td (Numbers 7.4 : 1) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
`;

const PRICES = `city,ticket,minutes,price_eur
lisbon,single,30,1.90
lisbon,month,,19.00
porto,single,30,1.70
porto,month,,17.00
`;

export interface Sendable {
  readonly blob: Blob;
  readonly details: FileDetails;
}

/** By the names they are sent under. */
export async function makeFiles(browser: Browser): Promise<Readonly<Record<string, Sendable>>> {
  const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
  const html = (width: number) =>
    `<body style="margin:0">${MAP.replace('width="960" height="600"', `width="${width}"`)}</body>`;
  await page.setContent(html(960));
  const map = await page.screenshot();
  await page.setViewportSize({ width: 256, height: 160 });
  await page.setContent(html(256));
  const thumbnail = await page.screenshot({ type: 'jpeg', quality: 70 });
  await page.close();
  const file = (name: string, mediaType: string, content: Uint8Array<ArrayBuffer> | string): Sendable => ({
    blob: new Blob([content], { type: mediaType }),
    details: { name, mediaType },
  });
  const picture = file('map-at-night.png', 'image/png', new Uint8Array(map));
  return {
    'map-at-night.png': {
      ...picture,
      details: {
        ...picture.details,
        preview: { width: 960, height: 600, thumbnail: new Uint8Array(thumbnail) },
      },
    },
    'contrast-report.pdf': file('contrast-report.pdf', 'application/pdf', PDF),
    'prices-2027.csv': file('prices-2027.csv', 'text/csv', PRICES),
  };
}
