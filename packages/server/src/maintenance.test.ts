import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { openLog } from './logging.ts';
import { startServer } from './main.ts';
import { initDatabase, migrateDatabase, withAdmin } from './maintenance.ts';

const directory = mkdtempSync(join(tmpdir(), 'sotto-maintenance-'));
afterAll(() => rmSync(directory, { recursive: true }));

const database = (name: string) => ({ kind: 'sqlite', path: join(directory, name, 'sotto.db') }) as const;

describe('databases without a server (O1, O2)', () => {
  test('O1: init makes directory and database, privately, and again changes nothing', async () => {
    const fresh = database('fresh');
    expect((await initDatabase(fresh)).length).toBeGreaterThan(0);
    expect(statSync(join(directory, 'fresh')).mode & 0o777).toBe(0o700);
    expect(await initDatabase(fresh)).toEqual([]);
    expect(await migrateDatabase(fresh)).toEqual([]);
  });

  test('O1: migrate wants a database that exists', async () => {
    expect(migrateDatabase(database('nowhere'))).rejects.toMatchObject({ code: 'missing' });
  });

  test('O2: accounts can be looked after beside a running server', async () => {
    const flags = { data: 'served', demo: 'true', tlsPort: '0', only: 'tls' };
    const config = readConfig({ flags, environment: {}, file: {}, directory });
    const { log } = openLog({ level: 'error', file: undefined }, { write: () => {} });
    const server = await startServer(config, log);
    await withAdmin(config.database, async (admin) => {
      const users = await Array.fromAsync(admin.users());
      expect(users.map(({ name, owner }) => [name, owner])).toEqual([
        ['alice', true],
        ['bob', false],
        ['cam', false],
      ]);
      for (const text of ['2', 'BOB', users[1]?.uuid ?? '']) {
        expect((await admin.findUser(text))?.name).toBe('bob');
      }
      expect(await admin.findUser('nobody')).toBeUndefined();
      expect(await admin.sessions(undefined)).toEqual([]);
      expect(await admin.revoke('no-session')).toBe(false);
      expect(await admin.invite({ uses: 1, lifetimeMs: 1_000 })).toMatch(/^[0-9A-Z-]+$/);
    });
    await server.stop();
  });
});
