/** The server is killed again and again while people talk (T13, M6, M7). Real processes, sockets, disks. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedAccounts, storeWithSession } from './support/accounts.ts';
import { MIXTURES, newTalker, surviveKills } from './support/kills.ts';
import { startServer } from './support/server.ts';

/** Over all transports at once, and over one of them alone; more of them in the long test. */
const KILLS = { mixed: 8, alone: 4 };
const TIMEOUT_MS = 240_000;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-crash-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

for (const transports of MIXTURES) {
  const kills = transports.length > 1 ? KILLS.mixed : KILLS.alone;
  test(
    `[SEND-1] ${kills} kills of the server lose nothing acknowledged and double nothing, over ${transports.join(' and ')}`,
    () => surviveKills(directory, transports, kills),
    TIMEOUT_MS,
  );
}

test(
  '[OUTBOX-1] a client killed with unsent messages sends them when it returns',
  async () => {
    const data = join(directory, 'data2');
    const [writer, reader] = await seedAccounts(data, ['writer', 'reader']);
    if (writer === undefined || reader === undefined) throw new Error('no accounts');
    const home = join(directory, 'writer');
    await (await storeWithSession(home, writer)).close();
    let server = await startServer({ directory: data });
    const { ports } = server;
    const sender = (count: number) =>
      Bun.spawn(
        [process.execPath, join(import.meta.dir, 'support/sender.ts'), home, `${ports.tls}`, `${count}`],
        { stdout: 'pipe' },
      );
    const online = sender(0);
    await saying(online, 'online');
    await server.kill('SIGKILL');
    online.kill('SIGKILL');
    await online.exited;

    const offline = sender(25);
    await saying(offline, 'kept 25');
    offline.kill('SIGKILL');
    await offline.exited;

    server = await startServer({ directory: data, ports });
    const { client, view } = await newTalker(
      server,
      await storeWithSession(join(directory, 'reader'), reader),
      'tls',
      'lobby',
    );
    const back = sender(0);
    await saying(back, 'flushed');
    for (let waited = 0; view.length < 25 && waited < 200; waited++) await Bun.sleep(25);
    expect(view.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    back.kill('SIGTERM');
    await client.close();
    await server.kill('SIGTERM');
  },
  TIMEOUT_MS,
);

async function saying(
  child: Bun.Subprocess<'ignore' | 'inherit' | 'pipe', 'pipe'>,
  word: string,
): Promise<void> {
  const reader = child.stdout.getReader();
  let said = '';
  while (!said.includes(word)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended before "${word}": ${said}`);
    said += new TextDecoder().decode(value);
  }
  reader.releaseLock();
}
