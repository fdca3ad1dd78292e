/** `npm run screenshots`: takes the pictures of docs/screenshots, or, with names of scenes, those alone. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../browser/support/chromium.ts';
import { needs } from '../../services.ts';
import { newPerson } from '../support/person.ts';
import { signIn } from '../support/steps.ts';
import { makeFiles } from './pictures.ts';
import { SCENES, type Scene, type Theme } from './scenes.ts';
import { moment, openTown, type Town } from './town.ts';

const FOLDER = process.env.SCREENSHOTS ?? join(import.meta.dir, '../../../docs/screenshots');
const HEIGHTS: Readonly<Record<number, number>> = { 360: 740, 1280: 800, 2560: 1440 };
/** Pictures load, and what fades has faded. */
const SETTLED_MS = 600;
const NOW = moment(0, '09:52');

const wanted = process.argv.slice(2);
const scenes = SCENES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const chromium = needs('chromium');
if (chromium === undefined) throw new Error('pictures need Chromium');

const { chromium: plain } = await import('playwright-core');
const drawing = await plain.launch({ executablePath: chromium });
const files = await makeFiles(drawing);
await drawing.close();
await mkdir(FOLDER, { recursive: true });
const town = await openTown(chromium, files);
try {
  for (const width of Object.keys(HEIGHTS).map(Number)) await takeAll(town, width);
} finally {
  await town.close();
}

/** One client for all pictures of a width, so that signing in is done once. */
async function takeAll({ house }: Town, width: number): Promise<void> {
  const here = scenes.filter(({ widths }) => widths.includes(width));
  if (here.length === 0) return;
  const browser = await launchChromium(chromium ?? '', house.directory);
  try {
    const height = HEIGHTS[width] ?? 800;
    const { page } = await newPerson(browser, house.origin, { width, height, touch: width < 800 });
    await page.clock.install({ time: NOW });
    for (const scene of here.filter(({ isOutside }) => isOutside)) await tryToTake(page, scene, width);
    await page.goto(house.origin);
    await signIn(page, 'mara');
    for (const scene of here.filter(({ isOutside }) => !isOutside)) await tryToTake(page, scene, width);
  } finally {
    await browser.close();
  }
}

/** One that cannot be taken does not keep the others from being taken. */
function tryToTake(page: Page, scene: Scene, width: number): Promise<void> {
  return take(page, scene, width).catch((error: unknown) => {
    console.error(`${scene.name} at ${width}: ${error}`);
    process.exitCode = 1;
  });
}

/** The themes change in place, so that what was new stays new. */
async function take(page: Page, scene: Scene, width: number): Promise<void> {
  await page.goto('about:blank');
  await page.goto(town.house.origin);
  await page
    .getByRole(scene.isOutside ? 'tablist' : 'navigation')
    .first()
    .waitFor();
  await scene.go(page, town);
  await page.mouse.move(width - 1, 1);
  for (const theme of scene.themes ?? (['light', 'dark'] as const)) {
    await wear(page, theme);
    await page.waitForTimeout(SETTLED_MS);
    const path = join(FOLDER, `${scene.name}-${width}-${theme}.png`);
    await page.screenshot({ path, caret: 'hide' });
    console.log(path);
  }
}

function wear(page: Page, theme: Theme): Promise<void> {
  return page.emulateMedia({
    colorScheme: theme === 'light' ? 'light' : 'dark',
    contrast: theme === 'contrast' ? 'more' : 'no-preference',
  });
}
