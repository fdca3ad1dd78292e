/** What the process says of itself. */
import { stat } from 'node:fs/promises';

/** What the machine and the process say. */
export interface HostFacts {
  /** "Bun 1.4.5 on linux x64" */
  runtime: string;
  memoryBytes: number;
  /** On all cores, since the process started. */
  processorMs: number;
  databaseBytes: number;
}

/** `database`: the path of its file; what SQLite keeps beside it counts too. */
export const systemHost = (database: string) => async (): Promise<HostFacts> => {
  const { user, system } = process.cpuUsage();
  const sizes = await Promise.all([database, `${database}-wal`].map(sizeOf));
  return {
    runtime: `Bun ${Bun.version} on ${process.platform} ${process.arch}`,
    memoryBytes: process.memoryUsage.rss(),
    processorMs: (user + system) / 1_000,
    databaseBytes: sizes.reduce((sum, size) => sum + size, 0),
  };
};

/** 0 where there is none: a database in memory, or nothing written yet. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
