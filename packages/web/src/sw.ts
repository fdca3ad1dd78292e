/**
 * Opens the client where there is no network: keeps the page and what it loads at once, of one build. The server comes
 * first whenever it answers, so nobody stays on an old client. It is a program of its own, built by `bundle/worker.ts`.
 */
import { isKept, leadsTo, OFFLINE_AFTER_MS } from './worker-rules.ts';

interface Lasting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Asking extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Clicked extends Lasting {
  readonly notification: { readonly data: unknown; close(): void };
}
interface Window {
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}
interface Scope {
  readonly clients: {
    matchAll(query: { type: 'window' }): Promise<readonly Window[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(kind: 'notificationclick', listener: (event: Clicked) => void): void;
  addEventListener(kind: 'install' | 'activate', listener: (event: Lasting) => void): void;
  addEventListener(kind: 'fetch', listener: (event: Asking) => void): void;
}

/** Paths of the first load, and a name that changes with any of them: the bundler writes them in. */
declare const SOTTO_FILES: readonly string[];
/** Paths of what the page loads when it is wanted. */
declare const SOTTO_PARTS: readonly string[];
declare const SOTTO_BUILD: string;

const PAGE = '/';
const CACHE = `sotto-${SOTTO_BUILD}`;
const PARTS_AFTER_MS = 3_000;
const scope = globalThis as unknown as Scope;

scope.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...SOTTO_FILES])));
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers());
  void keepParts();
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  switch (isKept({ method: request.method, mode: request.mode, url: request.url }, location.origin)) {
    case 'page':
      event.waitUntil(keepParts());
      return event.respondWith(pageFor(request));
    case 'asset':
      return event.respondWith(assetFor(request));
    case 'no':
      return;
  }
});

scope.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  event.waitUntil(lead(leadsTo(notification.data)));
});

/** The window that is open shows it, else a new one. */
async function lead(hash: string): Promise<void> {
  const [open] = await scope.clients.matchAll({ type: 'window' });
  if (open === undefined) await scope.clients.openWindow(`${PAGE}${hash}`);
  else {
    await open.focus();
    open.postMessage({ leadsTo: hash });
  }
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function pageFor(request: Request): Promise<Response> {
  const kept = await caches.match(PAGE);
  const fresh = fetch(request);
  if (kept === undefined) return fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), OFFLINE_AFTER_MS));
  return Promise.race([fresh.catch(() => kept), late]);
}

let keeping: Promise<void> | undefined;

/** Panes that nobody has opened yet open without a network too: they are kept once the page has what it needs itself. */
function keepParts(): Promise<void> {
  keeping ??= fetchParts().catch(() => {
    keeping = undefined;
  });
  return keeping;
}

async function fetchParts(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PARTS_AFTER_MS));
  const cache = await caches.open(CACHE);
  for (const path of SOTTO_PARTS) if ((await cache.match(path)) === undefined) await cache.add(path);
}

/** Its name changes with its content, so what is kept is right. Parts that are loaded later are kept from then on. */
async function assetFor(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await (await caches.open(CACHE)).put(request, fresh.clone());
  return fresh;
}
