/** A laptop that sleeps: its processes stand still while the world goes on (T13). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@sotto/client/node';
import { seedAccounts, storeWithSession } from './support/accounts.ts';
import { startServer } from './support/server.ts';

const ASLEEP_MS = 4_000;
const PATIENCE_MS = 20_000;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-sleep-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Everything that a process prints, line by line. */
function listen(child: Bun.Subprocess<'ignore', 'pipe', 'inherit'>) {
  const lines: string[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const parts = text.split('\n');
      text = parts.pop() ?? '';
      lines.push(...parts);
    }
  };
  void read();
  const until = async (condition: () => boolean) => {
    for (const end = Date.now() + PATIENCE_MS; !condition() && Date.now() < end; ) await Bun.sleep(20);
    if (!condition()) throw new Error(`never came: ${lines.join(', ')}`);
  };
  return { lines, until };
}

test('[PATH-4] [PATH-12] T13: a client that slept while the server was restarted wakes up, finds its way and misses nothing', async () => {
  const data = join(directory, 'data');
  const [sleeper, writer] = await seedAccounts(data, ['sleeper', 'writer']);
  if (sleeper === undefined || writer === undefined) throw new Error('no accounts');
  const home = join(directory, 'sleeper');
  await (await storeWithSession(home, sleeper)).close();
  let server = await startServer({ directory: data });
  const script = join(import.meta.dir, 'support/reader.ts');
  const child = Bun.spawn([process.execPath, script, home, `${server.ports.tls}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const { lines, until } = listen(child);
    // It knows one port; the server names the better ones.
    await until(() => lines.includes('online udp'));
    child.kill('SIGSTOP');
    await server.kill('SIGKILL');
    server = await startServer({ directory: data, ports: server.ports });
    const client = await connect({
      server: `127.0.0.1:${server.ports.tls}`,
      transport: 'tls',
      trust: server.trust,
      store: await storeWithSession(join(directory, 'writer'), writer),
    });
    await client.resume();
    for (let index = 1; index <= 5; index++) await client.send('lobby', `${index}`);
    await Bun.sleep(ASLEEP_MS);
    const before = lines.length;
    child.kill('SIGCONT');
    await until(() => lines.filter((line) => line.startsWith('read')).length >= 5);
    await client.send('lobby', '6');
    await until(() => lines.includes('read 6'));
    const read = lines.filter((line) => line.startsWith('read'));
    expect(read).toEqual(['1', '2', '3', '4', '5', '6'].map((text) => `read ${text}`));
    expect(lines.slice(before).some((line) => line.startsWith('stopped'))).toBe(false);
    await client.close();
  } finally {
    child.kill('SIGKILL');
    await server.kill('SIGTERM');
  }
}, 60_000);
