/**
 * The other end of the comparison: a plain HTTPS download of a file by the runtime's own server and `fetch`.
 * `serve <address> <file>` says its port; `fetch` takes orders.
 */
import { testIdentity } from '@sotto/transport/testing/identity';
import { answerLines, say } from '../tests/network/emulated/line-process.ts';

export interface HttpsOrder {
  url: string;
  /** Ends it then, however much came. */
  forMs: number;
}

export interface HttpsResult {
  bytes: number;
  /** From asking, so with the handshake. */
  ms: number;
}

if (import.meta.main) {
  const [mode, address = '', path = ''] = process.argv.slice(2);
  if (mode === 'serve') await serve(address, path);
  else await answerLines(download);
}

async function serve(hostname: string, path: string): Promise<void> {
  const { certificate: cert, privateKey: key } = await testIdentity();
  const file = Bun.file(path);
  const server = Bun.serve({ hostname, port: 0, tls: { cert, key }, fetch: () => new Response(file) });
  say(server.port);
  await answerLines(async () => 'nothing to ask');
}

async function download({ url, forMs }: HttpsOrder): Promise<HttpsResult> {
  const since = performance.now();
  let bytes = 0;
  try {
    const answer = await fetch(url, {
      tls: { rejectUnauthorized: false },
      signal: AbortSignal.timeout(forMs),
      keepalive: false,
    });
    for await (const chunk of answer.body ?? []) bytes += chunk.length;
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
  }
  return { bytes, ms: performance.now() - since };
}
