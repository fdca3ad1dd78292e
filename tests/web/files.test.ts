/** Files in the graphical client: what is sent, what is looked at, and what may not run. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileDetails, SottoClient } from '@sotto/client';
import type { Locator, Page } from 'playwright-core';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { field, openRoom, row, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import { pdf, png, wav } from './support/made-files.ts';
import type { Person } from './support/person.ts';

setDefaultTimeout(120_000);
const chromium = needs('chromium');
const FILE_MAX_BYTES = 3 * 1024 * 1024;
const SCRIPT = 'top.document.title = "owned"; fetch("https://example.org/")';

describe.skipIf(chromium === undefined)('files in a room', () => {
  let house: House;
  let cam: SottoClient;
  let alice: Person;
  let page: Page;
  /** What the browser asked of others than the server. */
  const elsewhere: string[] = [];
  beforeAll(async () => {
    house = await openHouse(chromium ?? '', { flags: ['--file-max', `${FILE_MAX_BYTES}`] });
    cam = await house.friend('cam');
    await cam.createRoom('garden');
    alice = await house.member('alice');
    page = alice.page;
    await cam.addMember('garden', 'alice');
    await page.evaluate(countAddresses);
    page.on('request', (request) => {
      const isOurs =
        request.url().startsWith(house.origin) || /^(blob|data|chrome|chrome-extension):/.test(request.url());
      if (!isOurs) elsewhere.push(request.url());
    });
    await openRoom(page, 'garden');
    await field(page).waitFor();
  });
  afterAll(() => house?.close());

  const offer = async (bytes: BlobPart, name: string, type: string, more: FileDetails = {}) => {
    await cam.sendFile('garden', new Blob([bytes], { type }), { name, ...more });
    await row(page, name).waitFor();
  };
  const viewer = () => page.getByRole('dialog');
  const open = async (name: string) => {
    await row(page, name)
      .getByRole('button', { name: `Open ${name}` })
      .last()
      .click();
    await viewer().waitFor();
  };
  const close = async () => {
    await viewer().getByRole('button', { name: 'Close' }).click();
    await viewer().waitFor({ state: 'detached' });
  };
  const tray = () => page.getByRole('list', { name: 'Attached files' });
  const attach = (files: { name: string; mimeType: string; buffer: Buffer }[]) =>
    page.locator('main section input[type=file]').setInputFiles(files);

  test('C1: a picture fills the window, turns to the next by keys, and is closed and saved by them', async () => {
    await offer(png(640, 400, [60, 160, 90]), 'beds.png', 'image/png', {
      preview: { width: 640, height: 400 },
    });
    await offer(png(300, 700, [90, 90, 200]), 'tall.png', 'image/png');
    const button = row(page, 'tall.png').getByRole('button', { name: 'Open tall.png' }).last();
    await button.focus();
    await page.keyboard.press('Enter');
    await viewer().getByRole('img', { name: 'tall.png' }).waitFor();
    await viewer().getByRole('button', { name: 'Earlier picture' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('ArrowLeft');
    const beds = viewer().getByRole('img', { name: 'beds.png' });
    await beds.waitFor();
    const fits = await beds.boundingBox();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await until(async () => ((await beds.boundingBox())?.width ?? 0) === 1280);
    await page.keyboard.press('0');
    await until(async () => ((await beds.boundingBox())?.width ?? 0) === fits?.width);
    const download = page.waitForEvent('download');
    await page.keyboard.press('s');
    expect((await download).suggestedFilename()).toBe('beds.png');
    await page.keyboard.press('ArrowRight');
    await viewer().getByRole('img', { name: 'tall.png' }).waitFor();
    await page.keyboard.press('Escape');
    await viewer().waitFor({ state: 'detached' });
    await until(() => hasFocus(button));
  });

  test('C1: a text is shown in colours, of a long one the beginning', async () => {
    await offer(`const beans = 1;\n${'// sown\n'.repeat(60_000)}`, 'sow.ts', 'video/mp2t');
    await open('sow.ts');
    await viewer().getByText('The first 262 kB are shown').waitFor();
    await viewer().getByText('const beans = 1;').waitFor();
    await close();
    await offer('const peas = 2;\n', 'peas.ts', '');
    await open('peas.ts');
    await viewer().locator('code span', { hasText: 'const' }).first().waitFor();
    await close();
  });

  test('C1: sounds play in their row', async () => {
    await offer(wav(), 'bell.wav', 'audio/wav');
    await row(page, 'bell.wav').getByRole('button', { name: 'Play bell.wav' }).click();
    const sound = row(page, 'bell.wav').locator('audio');
    await sound.waitFor();
    await until(() => sound.evaluate((element: HTMLAudioElement) => element.duration > 0.4));
  });

  test('[WEB-2] C1: a PDF is shown by the browser’s own reader, in a frame of a type of ours', async () => {
    await offer(pdf('Planting plan'), 'plan.pdf', 'application/pdf');
    const button = row(page, 'plan.pdf').getByRole('button', { name: 'Open plan.pdf' });
    await button.focus();
    await page.keyboard.press('Enter');
    const frame = viewer().locator('iframe');
    await frame.waitFor();
    const address = (await frame.getAttribute('src')) ?? '';
    expect(await typeAt(page, address)).toBe('application/pdf');
    await close();
    await until(() => hasFocus(button));
  });

  test('[WEB-2] C1 M9: what only says that it is a PDF or a picture runs nothing and asks for nothing', async () => {
    const html = `<!doctype html><script>${SCRIPT}</script><img src="https://example.org/x.png">`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload='${SCRIPT}'><image href="https://example.org/i"/></svg>`;
    const xml = `<?xml-stylesheet href="https://example.org/s"?><x xmlns="http://www.w3.org/1999/xhtml"><script>${SCRIPT}</script></x>`;
    for (const [at, bytes] of [html, svg, xml].entries()) {
      await offer(bytes, `none-${at}.pdf`, 'application/pdf');
      await open(`none-${at}.pdf`);
      await viewer().getByText('This file says that it is a PDF, and is none.').waitFor();
      expect(await viewer().locator('iframe').count()).toBe(0);
      await close();
    }
    // With the mark of one: the reader refuses it, and reads no HTML.
    await offer(`%PDF-1.7\n${html}`, 'marked.pdf', 'application/pdf');
    await open('marked.pdf');
    await viewer().locator('iframe').waitFor();
    expect(await typeAt(page, (await viewer().locator('iframe').getAttribute('src')) ?? '')).toBe(
      'application/pdf',
    );
    await close();
    for (const [at, type] of ['text/html', 'image/svg+xml', 'application/xhtml+xml'].entries()) {
      await offer(html, `page-${at}.pdf`, type);
      await open(`page-${at}.pdf`);
      await viewer().getByText('<!doctype html>').waitFor();
      expect(await viewer().locator('iframe').count()).toBe(0);
      await close();
    }
    await offer(svg, 'drawn.png', 'image/png');
    await open('drawn.png');
    await viewer().getByText('The browser cannot show it.').waitFor();
    await close();
    expect(await page.title()).not.toContain('owned');
    expect([elsewhere, alice.complaints, await house.reports()]).toEqual([[], [], []]);
  });

  test('C1: what is attached waits, is looked at for its size, and can be taken out again', async () => {
    await attach([
      { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('beans\npeas\n') },
      { name: 'huge.bin', mimeType: '', buffer: Buffer.alloc(FILE_MAX_BYTES + 1) },
    ]);
    await tray().getByText('Too large: this server takes files up to 3.1 MB.').waitFor();
    await field(page).fill('Both of them');
    await page.keyboard.press('Enter');
    expect(await field(page).inputValue()).toBe('Both of them');
    expect(await violations(page)).toEqual([]);
    // They are nowhere else: whoever closes the page is asked before.
    const asked = page.waitForEvent('dialog');
    await page.evaluate(() => void setTimeout(() => location.reload(), 0));
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await tray().getByRole('button', { name: 'Remove huge.bin' }).click();
    await field(page).press('Enter');
    // One file and what is said of it are one message.
    await row(page, 'Both of them').getByText('a.txt').waitFor();
    await row(page, 'Both of them').getByText('peas').waitFor();
    expect(await tray().count()).toBe(0);
  });

  test('C1: several that are dropped or pasted are attached, a folder is refused by its name', async () => {
    const folder = join(house.directory, 'photos');
    await mkdir(folder);
    const file = join(house.directory, 'dropped.txt');
    await writeFile(file, 'dropped');
    await drop(page, [file, folder]);
    await tray().getByText('dropped.txt').waitFor();
    await page.getByText('“photos” is a folder.').waitFor();
    await page.getByRole('log', { name: 'Notices' }).getByRole('button', { name: 'Close' }).click();
    await paste(page, [...png(64, 64, [200, 30, 30])]);
    await tray()
      .getByText(/^pasted .*\.png$/)
      .waitFor();
    await field(page).fill('Two of them');
    await field(page).press('Enter');
    await row(page, 'Two of them').waitFor();
    await row(page, 'dropped.txt').waitFor();
    await row(page, 'pasted ').waitFor();
    expect(await row(page, 'Two of them').getByText('dropped.txt').count()).toBe(0);
  });

  test('C1 T17: what I sent is shown whole without downloading it, and others see what it is before they do', async () => {
    // More than what is downloaded without being asked for.
    const picture = png(640, 480, [200, 120, 40], noise());
    expect(picture.length).toBeGreaterThan(600_000);
    await attach([{ name: 'large.png', mimeType: 'image/png', buffer: Buffer.from(picture) }]);
    await tray().getByText('large.png').waitFor();
    await field(page).press('Enter');
    const seen = row(page, 'large.png').locator('img').last();
    await until(() => seen.evaluate((element: HTMLImageElement) => element.naturalWidth === 640));
    // A real transfer: it takes as long as this machine lets it.
    const arrived = row(page, 'large.png').getByText(/server has it|everybody/);
    await until(async () => (await arrived.count()) === 1);
    const { messages } = await cam.search('', { rooms: ['garden'], hasFile: true });
    const preview = messages.find(({ file }) => file?.name === 'large.png')?.file?.preview;
    expect(preview).toMatchObject({ width: 640, height: 480 });
    expect(preview?.thumbnail?.length).toBeGreaterThan(200);
  });

  test('C1 M9: the files of the room stand beside it, are opened from there and lead to their messages', async () => {
    await page.getByRole('button', { name: 'Files', exact: true }).click();
    const pane = page.getByRole('complementary', { name: 'Files' });
    await pane.getByRole('button', { name: 'plan.pdf', exact: false }).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await pane.getByRole('tab', { name: 'Pictures' }).click();
    await pane.getByRole('button', { name: 'beds.png' }).click();
    await viewer().getByRole('img', { name: 'beds.png' }).waitFor();
    await close();
    await pane.getByRole('tab', { name: 'Other' }).click();
    await pane.getByRole('button', { name: 'Go to the message of sow.ts' }).click();
    await row(page, 'sow.ts').waitFor();
    await cam.sendFile('garden', new Blob(['late']), { name: 'late.txt' });
    await pane.getByText('late.txt').waitFor();
    await page.getByRole('button', { name: 'Close files' }).click();
  });

  test('C1: what was shown is let go of', async () => {
    await openRoom(page, 'lobby');
    await until(async () => (await page.evaluate('openAddresses.size')) === 0);
  });

  test('[FILES-12] C1 F1: what was under way when the page was closed goes on when it is opened again', async () => {
    await cam.sendFile('garden', new Blob([png(300, 300, [9, 99, 9], noise())]), { name: 'wanted.bin' });
    await openRoom(page, 'garden');
    await row(page, 'wanted.bin').waitFor();
    await house.kill();
    await attach([
      { name: 'going.png', mimeType: 'image/png', buffer: Buffer.from(png(640, 480, [9, 9, 99], noise())) },
    ]);
    await tray().getByText('going.png').waitFor();
    await field(page).press('Enter');
    await row(page, 'going.png').getByText('Waiting for the connection').waitFor();
    await row(page, 'wanted.bin').getByRole('button', { name: 'Save wanted.bin' }).click();
    await row(page, 'wanted.bin').getByRole('progressbar').waitFor();
    await until(() => page.evaluate(keptCount, 2));
    await page.close();
    await house.start();
    page = await alice.context.newPage();
    const download = page.waitForEvent('download', { timeout: 60_000 });
    await page.goto(house.origin);
    expect((await download).suggestedFilename()).toBe('wanted.bin');
    await openRoom(page, 'garden');
    await row(page, 'going.png')
      .getByText(/server has it|everybody/)
      .waitFor({ state: 'attached', timeout: 60_000 });
    expect(await row(page, 'going.png').count()).toBe(1);
    await until(() => page.evaluate(keptCount, 0));
  });
});

const hasFocus = (what: Locator) => what.evaluate((element) => element === document.activeElement);

const noise = () => crypto.getRandomValues(new Uint8Array(65_536));

/** In the page: whether so many transfers are kept. */
async function keptCount(wanted: number): Promise<boolean> {
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opening = indexedDB.open('sotto-transfers');
  // Made here it would lack what the page keeps in it, for good.
  opening.onupgradeneeded = () => opening.transaction?.abort();
  const database = await settled(opening).catch(() => undefined);
  if (database === undefined) return false;
  const count = await settled(database.transaction('transfers').objectStore('transfers').count());
  database.close();
  return count === wanted;
}

/** In the page: the addresses of blobs that were not given back, and the types of all there were. */
function countAddresses(): void {
  const addresses = new Set<string>();
  const typesOf = new Map<string, string>();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    const url = createObjectURL(blob);
    const type = blob instanceof Blob ? blob.type : '';
    // What is being saved is the browser's for a while, and the page's icon is there as long as the page.
    if (type !== 'application/octet-stream' && type !== 'image/svg+xml') addresses.add(url);
    typesOf.set(url, type);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    addresses.delete(url);
    revokeObjectURL(url);
  };
  Object.assign(globalThis, { openAddresses: addresses, typesOf });
}

/** What the browser takes the bytes at that address for. */
const typeAt = (page: Page, address: string) =>
  page.evaluate(
    (url) => (globalThis as unknown as { typesOf: Map<string, string> }).typesOf.get(url),
    address.split('#')[0] ?? '',
  );

/** From the desktop of whoever sits there. */
async function drop(page: Page, files: readonly string[]): Promise<void> {
  const box = await page.getByRole('log').first().boundingBox();
  const at = { x: (box?.x ?? 0) + 100, y: (box?.y ?? 0) + 100 };
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await session.detach();
}

/** As a browser does with a picture from the clipboard. */
const paste = (page: Page, bytes: number[]) =>
  field(page).evaluate((element, all) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([Uint8Array.from(all)], 'image.png', { type: 'image/png' }));
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, bytes);
