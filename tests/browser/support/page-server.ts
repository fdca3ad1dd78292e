/** Serves the test page on loopback, whose pages browsers treat as secure even without TLS. */
import { join } from 'node:path';

const PAGE = join(import.meta.dir, '../page');
const HTML =
  '<!doctype html><meta charset="utf-8"><title>Sotto</title><script type="module" src="/page.js"></script>';

/** The page's program as a browser loads it, with `bun:test` replaced so that suites run there. */
export async function bundlePage(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(PAGE, 'main.ts')],
    target: 'browser',
    plugins: [
      {
        name: 'bun:test in a page',
        setup: (build) => {
          build.onResolve({ filter: /^bun:test$/ }, () => ({ path: join(PAGE, 'bun-test.ts') }));
        },
      },
    ],
  });
  const [script] = outputs;
  if (script === undefined) throw new Error('the bundler gave nothing');
  return script.text();
}

export interface PageServer {
  /** `http://127.0.0.1:port`, an origin of its own. */
  readonly origin: string;
  stop(): Promise<void>;
}

export function servePage(script: string): PageServer {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    routes: {
      '/': () => new Response(HTML, { headers: { 'content-type': 'text/html' } }),
      '/page.js': () => new Response(script, { headers: { 'content-type': 'text/javascript' } }),
    },
    fetch: () => new Response('Not Found\n', { status: 404 }),
  });
  return { origin: server.url.origin, stop: () => server.stop(true) };
}
