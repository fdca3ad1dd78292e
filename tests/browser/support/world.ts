/** The real server in a process of its own, Chromium, pages that may and may not connect, and Bob on TLS. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SottoClient } from '@sotto/client/node';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hostTea } from '../../scenarios/support/host.ts';
import { type ServerProcess, startServer } from '../../scenarios/support/server.ts';
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

export async function openWorld(executablePath: string): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-browser-'));
  const script = await bundlePage();
  const [friend, stranger] = [servePage(script), servePage(script)];
  const origins = ['--web-origins', friend.origin];
  let server: ServerProcess = await startServer({ directory, flags: origins });
  const { ports } = server;
  const browser: Browser = await launchChromium(executablePath, directory);
  const context: BrowserContext = await browser.newContext();
  const bob = await hostTea(server);
  const address = `127.0.0.1:${ports.websocket}`;
  const newPage = () => context.newPage();
  return {
    ...{ script, friend, stranger, address, bob, newPage },
    bobHeard: listener(bob),
    visit: async (name) => {
      const page = await newPage();
      await load(page, friend.origin);
      return new Visitor(page, name, address);
    },
    kill: async () => {
      await server.kill('SIGKILL');
    },
    start: async (...flags) => {
      server = await startServer({ directory, ports, flags: [...origins, ...flags] });
    },
    close: async () => {
      await bob.close();
      await browser.close();
      await server.kill('SIGKILL');
      await Promise.all([friend.stop(), stranger.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
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
