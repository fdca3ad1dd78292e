/**
 * Parts of the client without a server: a program that shows them, built and served like the client itself, under the
 * same policy.
 *
 *     const gallery = await openGallery(chromium, join(import.meta.dir, 'buttons.tsx'));
 *     const { page, complaints } = await gallery.person({ colorScheme: 'dark' });
 */
import { Web } from '@sotto/server/web';
import { buildClient } from '@sotto/web/testing';
import { chromium } from 'playwright-core';
import { newPerson, type Person, type PersonOptions } from './person.ts';

export interface Gallery {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  person(options?: PersonOptions): Promise<Person>;
  close(): Promise<void>;
}

/** `program`: a .tsx file that renders into `#app`. */
export async function openGallery(executablePath: string, program: string): Promise<Gallery> {
  await using opened = new AsyncDisposableStack();
  const { files } = await buildClient(program);
  const web = new Web({
    openSite: async () => ({ files }),
    cache: '',
    insistOnTls: false,
    now: () => Date.now(),
    log: SILENT,
  });
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const response = await web.fetch(request, () => {});
      const headers = web.headers(request.headers.get('host'));
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    },
  });
  opened.defer(() => server.stop(true));
  const browser = await chromium.launch({ executablePath });
  opened.defer(() => browser.close());
  const { origin } = server.url;
  const owned = opened.move();
  return {
    origin,
    person: (options) => newPerson(browser, origin, options),
    close: () => owned.disposeAsync(),
  };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };
