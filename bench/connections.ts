/** How fast connections are set up, and what an idle one costs. */
import { LoadConnection } from './load-connection.ts';
import type { BenchProcess } from './process.ts';
import type { Credentials } from './seed.ts';
import type { BenchTransport } from './wires.ts';

const AT_ONCE = 64;
const SETTLE_MS = 3_000;
export const WARM_UP_CONNECTIONS = 2_000;

/** Connections a second, each a handshake and, where there are credentials, Hello and Resume. */
export async function setUp(
  transport: BenchTransport,
  port: number,
  count: number,
  credentials: readonly Credentials[] | undefined,
): Promise<{ perSecond: number; connections: LoadConnection[] }> {
  const connections: LoadConnection[] = [];
  let next = 0;
  const since = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) {
        const own = credentials?.[next];
        next++;
        const connection = await LoadConnection.open(transport, port);
        if (own !== undefined) await connection.resume(own);
        connections.push(connection);
      }
    }),
  );
  return { perSecond: (count * 1_000) / (performance.now() - since), connections };
}

/**
 * Bytes of resident memory for each idle connection: of `count` connections, on top of WARM_UP_CONNECTIONS that stay
 * open too. What the first ones cost once for all (compiled code, caches, the heap's first growth) is not theirs.
 */
export async function idleBytes(
  server: BenchProcess,
  port: number,
  count: number,
  credentials: readonly Credentials[] | undefined,
): Promise<{ bytes: number; perSecond: number }> {
  const warm = await setUp('tls', port, WARM_UP_CONNECTIONS, credentials?.slice(count));
  await Bun.sleep(SETTLE_MS);
  const before = await server.residentBytes();
  const { connections, perSecond } = await setUp('tls', port, count, credentials);
  await Bun.sleep(SETTLE_MS);
  const bytes = ((await server.residentBytes()) - before) / count;
  for (const connection of [...warm.connections, ...connections]) connection.close();
  return { bytes, perSecond };
}
