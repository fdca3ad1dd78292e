/** Somebody at a browser of their own: a page, and what went wrong on it. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

export const PASSWORD = 'correct horse';

/** As long as `until` waits: on a busy machine a page takes its time, and a test names the line that waited in vain all the same. */
const PATIENCE_MS = 30_000;

export interface PersonOptions {
  /** 1280 x 800 where nothing is said. */
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly contrast?: 'more';
  /** True where nothing is said, so that nothing moves under a test. */
  readonly reducedMotion?: boolean;
  readonly touch?: boolean;
  /** Keeps the client for when there is no network; off where nothing is said, so that tests see the server. */
  readonly worker?: boolean;
}

export interface Person {
  readonly page: Page;
  /** Everything that this person's browser keeps, and other tabs of it. */
  readonly context: BrowserContext;
  /** What the page's policy refused, errors that nobody caught, and what React or the browser complained of. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** A new person, signed in nowhere, at `url`. */
export async function newPerson(browser: Browser, url: string, options: PersonOptions = {}): Promise<Person> {
  const person = await idlePerson(browser, options);
  const answer = await person.page.goto(url);
  if (answer?.ok() !== true)
    throw new Error(`the page is ${answer?.status()}: does \`npm run bench:web\` build it?`);
  return person;
}

/** A new person who has opened no page yet. */
export async function idlePerson(browser: Browser, options: PersonOptions = {}): Promise<Person> {
  const context = await browser.newContext(contextOptions(options));
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  await context.exposeBinding('sottoComplain', (_source, text: string) => void complaints.push(text));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      (globalThis as unknown as { sottoComplain: (text: string) => void }).sottoComplain(
        `policy: ${effectiveDirective} ${blockedURI} ${sample}`,
      ),
    );
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  return { page, context, complaints, close: () => context.close() };
}

function contextOptions(options: PersonOptions): BrowserContextOptions {
  const { width = 1280, height = 800, colorScheme = 'light', reducedMotion = true, touch = false } = options;
  return {
    viewport: { width, height },
    colorScheme,
    contrast: options.contrast ?? 'no-preference',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    hasTouch: touch,
    serviceWorkers: options.worker === true ? 'allow' : 'block',
  };
}
