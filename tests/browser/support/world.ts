/** The real server in a process of its own, Chromium, pages that may and may not connect, and Bob on TLS. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SottoClient } from '@sotto/client/node';
import type { Page } from 'playwright-core';
import { hostTea } from '../../scenarios/support/host.ts';
import { startServer } from '../../scenarios/support/server.ts';
import { launchChromium } from './chromium.ts';
import { bundlePage, type PageServer, servePage } from './page-server.ts';
import { load, Visitor } from './visitor.ts';

const POLL_MS = 10;

export interface World {
  readonly script: string;
  /** Serves the page from an origin that the server was told of. */
  readonly friend: PageServer;
  /** Serves the same page from another. */
  readonly stranger: PageServer;
  /** host:port of the WebSocket endpoint. */
  readonly address: string;
  readonly bob: SottoClient;
  /** What Bob heard since the last call, up to `last`, which it waits for. */
  bobHeard(last: string): Promise<string[]>;
  newPage(): Promise<Page>;
  /** A new visitor at a page of `friend`. */
  visit(name: string): Promise<Visitor>;
  kill(): Promise<void>;
  /** Starts the server again, where it was. */
  start(...flags: string[]): Promise<void>;
  close(): Promise<void>;
}

/** What was opened before something failed is closed again. */
export async function openWorld(executablePath: string): Promise<World> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'sotto-browser-'));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const script = await bundlePage();
  const friend = opened.adopt(servePage(script), (pages) => pages.stop());
  const stranger = opened.adopt(servePage(script), (pages) => pages.stop());
  const origins = ['--web-origins', friend.origin];
  let server = await startServer({ directory, flags: origins });
  const kill = async () => void (await server.kill('SIGKILL'));
  opened.defer(kill);
  const { ports } = server;
  const bob = opened.adopt(await hostTea(server), (client) => client.close());
  const browser = opened.adopt(await launchChromium(executablePath, directory), (it) => it.close());
  // The program is ours, and the page's policy lets none in that it does not name.
  const context = await browser.newContext({ bypassCSP: true });
  const address = `127.0.0.1:${ports.websocket}`;
  const visit = async (name: string) => {
    const page = await context.newPage();
    await load(page, friend.origin);
    return new Visitor(page, name, address);
  };
  const start = async (...flags: string[]) => {
    server = await startServer({ directory, ports, flags: [...origins, ...flags] });
  };
  const owned = opened.move();
  return {
    ...{ script, friend, stranger, address, bob, visit, kill, start },
    bobHeard: listener(bob),
    newPage: () => context.newPage(),
    close: () => owned.disposeAsync(),
  };
}

function listener(client: SottoClient): World['bobHeard'] {
  const heard: (string | undefined)[] = [];
  const listen = async () => {
    for await (const event of client.events()) if (event.kind === 'message') heard.push(event.message.text);
  };
  void listen();
  return async (last) => {
    while (heard.at(-1) !== last) await Bun.sleep(POLL_MS);
    return heard.splice(0).map((text) => text ?? '');
  };
}
