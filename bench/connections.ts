/** How fast connections are set up, and what an idle one costs. */
import { LoadConnection } from './load-connection.ts';
import type { BenchProcess } from './process.ts';
import type { Credentials } from './seed.ts';
import type { BenchTransport } from './wires.ts';

const AT_ONCE = 64;
const SETTLE_MS = 3_000;

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

export interface IdleLoad {
  transport: BenchTransport;
  /** Those that are measured. */
  count: number;
  /** Open before, and all the time: what the first ones cost once for all (compiled code, caches, the heap's first growth) is not theirs. */
  warmUp: number;
}

/** Bytes of the server's resident memory for each idle connection, and how fast they were set up. */
export async function idleBytes(
  server: BenchProcess,
  { transport, count, warmUp }: IdleLoad,
  credentials: readonly Credentials[] | undefined,
): Promise<{ bytes: number; perSecond: number }> {
  const port = server.ports[transport] ?? 0;
  const warm = await setUp(transport, port, warmUp, credentials?.slice(count));
  await Bun.sleep(SETTLE_MS);
  const before = await server.residentBytes();
  const { connections, perSecond } = await setUp(transport, port, count, credentials);
  await Bun.sleep(SETTLE_MS);
  const bytes = ((await server.residentBytes()) - before) / count;
  for (const connection of [...warm.connections, ...connections]) connection.close();
  return { bytes, perSecond };
}
