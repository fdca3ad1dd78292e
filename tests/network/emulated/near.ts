/** The near side: connects, and measures what it is told to. Says `ready`, then ends with its input. */
import { answerLines, say } from './line-process.ts';
import type { EchoTransport } from './names.ts';
import { NearLink } from './near-link.ts';
import type { ByTransport, HandshakesOrder, HandshakesResult, Order, RunOrder, RunResult } from './orders.ts';

const links = new Map<EchoTransport, NearLink>();

say('ready');
await answerLines((order: Order): Promise<unknown> => {
  if ('connect' in order) return connect(order.connect);
  if ('run' in order) return run(order.run);
  return handshakes(order.handshakes);
});

async function connect(transports: readonly EchoTransport[]): Promise<true> {
  for (const transport of transports) links.set(transport, await NearLink.open(transport));
  return true;
}

/** Everything at the same time. */
async function run({ echo, download }: RunOrder): Promise<RunResult> {
  const result: RunResult = { echo: {}, download: {} };
  const echoes =
    echo &&
    each(echo.transports, result.echo, (link, place, count) =>
      link.echo(echo, (place * echo.intervalMs) / count),
    );
  const downloads = download && each(download.transports, result.download, (link) => link.download(download));
  await Promise.all([echoes, downloads]);
  return result;
}

async function each<Result>(
  transports: readonly EchoTransport[],
  results: ByTransport<Result>,
  measure: (link: NearLink, place: number, count: number) => Promise<Result>,
): Promise<void> {
  await Promise.all(
    transports.map(async (transport, place) => {
      const link = links.get(transport);
      if (link === undefined) throw new Error(`not connected: ${transport}`);
      results[transport] = await measure(link, place, transports.length);
    }),
  );
}

/** All at once, one try each. */
async function handshakes({ transport, count }: HandshakesOrder): Promise<HandshakesResult> {
  const result: HandshakesResult = { timesMs: [], failures: [] };
  await Promise.all(
    Array.from({ length: count }, async () => {
      const since = performance.now();
      try {
        const link = await NearLink.open(transport);
        result.timesMs.push(performance.now() - since);
        link.close();
      } catch (error) {
        result.failures.push(String(error));
      }
    }),
  );
  return result;
}
