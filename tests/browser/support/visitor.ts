/** A person at a browser: a page with its program, and a profile in IndexedDB that has the person's name. */
import type { Page } from 'playwright-core';

const PASSWORD = 'correct horse';
const POLL_MS = 10;

export class Visitor {
  readonly page: Page;
  readonly #name: string;
  readonly #server: string;

  /** `server` is host:port of its WebSocket endpoint. */
  constructor(page: Page, name: string, server: string) {
    this.page = page;
    this.#name = name;
    this.#server = server;
  }

  /** Opens the profile; the network is not used yet. */
  arrive(takeOver = false): Promise<void> {
    return this.page.evaluate(
      ([profile, server, takeOver]) => globalThis.sotto.arrive(profile, server, takeOver),
      [this.#name, this.#server, takeOver] as const,
    );
  }

  /** A new account, logged in, in the room "tea". */
  async join(): Promise<void> {
    await this.arrive();
    const account = { name: this.#name, password: PASSWORD };
    await this.page.evaluate((account) => globalThis.person.client.register(account), account);
    await this.page.evaluate((account) => globalThis.person.client.login(account), account);
    await this.page.evaluate(() => globalThis.person.client.joinRoom('tea'));
  }

  hello() {
    return this.page.evaluate((server) => globalThis.sotto.hello({ server }), this.#server);
  }

  /** The name of who the stored session belongs to. */
  resume(): Promise<string | undefined> {
    return this.page.evaluate(async () => (await globalThis.person.client.resume())?.name);
  }

  send(text: string) {
    return this.page.evaluate((text) => globalThis.person.client.send('tea', text), text);
  }

  /** Everything up to `last`, which it waits for. */
  async heard(last: string): Promise<string[]> {
    await this.page.waitForFunction((text) => globalThis.person.heard.at(-1) === text, last);
    return this.page.evaluate(() => globalThis.person.heard);
  }

  /** Waits until IndexedDB holds so many unsent messages. */
  async untilUnsent(count: number): Promise<void> {
    while ((await this.#kept()).unsent !== count) await Bun.sleep(POLL_MS);
  }

  /** Waits until IndexedDB says of every room that all of it was taken. */
  async untilTaken(): Promise<void> {
    while (!(await this.#kept()).atHead) await Bun.sleep(POLL_MS);
  }

  #kept() {
    return this.page.evaluate((profile) => globalThis.sotto.kept(profile), this.#name);
  }
}

/** Loads the page; whatever it showed before is gone. */
export async function load(page: Page, origin: string): Promise<void> {
  await page.goto(origin);
  await programStarted(page);
}

export async function programStarted(page: Page): Promise<void> {
  await page.waitForFunction(() => 'sotto' in globalThis);
}
