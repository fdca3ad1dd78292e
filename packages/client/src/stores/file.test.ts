import { afterAll, describe, expect, test } from 'bun:test';
import { spawn } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sequence, StreamId } from '@sotto/model';
import fc from 'fast-check';
import { ProfileInUse } from '../errors.ts';
import { entry, storeContract } from './contract.suite.ts';
import { openFileStore } from './file.ts';
import { FileKnownServers } from './known-servers.ts';

const root = await mkdtemp(join(tmpdir(), 'sotto-store-'));
afterAll(() => rm(root, { recursive: true }));
let count = 0;
const freshDirectory = () => join(root, `profile-${count++}`);

storeContract('file', async () => {
  const directory = freshDirectory();
  const store = await openFileStore(directory);
  const reopen = async () => {
    await store.close();
    return openFileStore(directory);
  };
  return { store, reopen };
});

describe('a profile on disk (C4)', () => {
  test('[STORE-4] only its owner can read it', async () => {
    const directory = freshDirectory();
    const store = await openFileStore(directory);
    await store.saveDeviceKey(new Uint8Array([1]));
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, 'journal'))).mode & 0o777).toBe(0o600);
    await store.close();
  });

  test('[STORE-4] [STORE-10] kept pages are files of their own, private, whole or not there', async () => {
    const directory = freshDirectory();
    const store = await openFileStore(directory);
    await store.saveCursors('log', new Map([[4 as StreamId, 1 as Sequence]]));
    const page = Uint8Array.from({ length: 3_000 }, (_, index) => index % 256);
    await store.saveKept('log', new Map([1, 2, 3].map((room) => [`room-${room}`, page])));
    const kept = join(directory, 'kept');
    expect((await stat(kept)).mode & 0o777).toBe(0o700);
    expect((await stat(join(kept, 'room-1'))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(directory, 'journal'), 'utf8')).length).toBeLessThan(1_000);
    await store.close();
    await writeFile(join(kept, 'room-1'), '');
    await writeFile(join(kept, 'room-2'), 'something else altogether');
    await writeFile(join(kept, 'room-4.new'), 'cut off');
    await writeFile(join(kept, 'NOT A PAGE'), 'x');
    const again = await openFileStore(directory);
    expect([...(await again.loadKept())]).toEqual([['room-3', page]]);
    await expect(again.saveKept('log', new Map([['../journal', page]]))).rejects.toThrow('name of a page');
    await again.saveSession(undefined);
    await expect(stat(kept)).rejects.toThrow('ENOENT');
    await again.close();
  });

  test('[STORE-5] one client at a time; a clear error names who has it', async () => {
    const directory = freshDirectory();
    const store = await openFileStore(directory);
    const second = openFileStore(directory);
    await expect(second).rejects.toBeInstanceOf(ProfileInUse);
    await expect(second).rejects.toThrow(`process ${process.pid}`);
    await store.close();
    await (await openFileStore(directory)).close();
  });

  test('[STORE-5] a process that is gone holds nothing', async () => {
    const directory = freshDirectory();
    await mkdir(directory);
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
    await writeFile(join(directory, 'lock'), `${child.pid} 12345`);
    const rivals = await Promise.allSettled([1, 2, 3, 4].map(() => openFileStore(directory)));
    const winners = rivals.filter((rival) => rival.status === 'fulfilled');
    expect(winners.length).toBe(1);
    for (const rival of rivals)
      if (rival.status === 'rejected') expect(rival.reason).toBeInstanceOf(ProfileInUse);
    for (const { value } of winners) await value.close();
  });

  test('[STORE-6] a journal cut off anywhere keeps every whole line and goes on', async () => {
    const directory = freshDirectory();
    const path = join(directory, 'journal');
    const store = await openFileStore(directory);
    for (const position of [1, 2, 3]) await store.putOutbox(entry(position));
    await store.close();
    const whole = await readFile(path, 'utf8');
    const cuts = fc.integer({ min: 0, max: whole.length });
    await fc.assert(
      fc.asyncProperty(cuts, async (length) => {
        await writeFile(path, whole);
        await truncate(path, length);
        const cut = await openFileStore(directory);
        await cut.putOutbox(entry(9));
        await cut.close();
        const again = await openFileStore(directory);
        const positions = (await again.load()).outbox.map(({ position }) => position);
        await again.close();
        const lines = whole.slice(0, length).split('\n').length - 1;
        // The last line may be whole without its end.
        expect([lines, lines + 1]).toContain(positions.length - 1);
        expect(positions.at(-1)).toBe(9);
      }),
      { numRuns: 30 },
    );
  });

  test('[STORE-6] lines that are no record are skipped', async () => {
    const directory = freshDirectory();
    const store = await openFileStore(directory);
    await store.putOutbox(entry(1));
    await store.close();
    const rubbish = ['null', '{}', '{"kind":"session","session":{}}', '\0\0\0', '{"kind":"cursors"}', '[1'];
    const noNetworks = [
      'null',
      '[null]',
      '[{"network":1,"usedMs":1,"transports":{}}]',
      '[{"network":"a","usedMs":"1","transports":{}}]',
      '[{"network":"a","usedMs":1,"transports":[]}]',
      '[{"network":"a","usedMs":1,"transports":{"udp":{"worked":1,"atMs":1}}}]',
      '[{"network":"a","usedMs":1,"transports":{"udp":{"worked":true}}}]',
    ];
    rubbish.push(...noNetworks.map((networks) => `{"kind":"networks","networks":${networks}}`));
    await appendFile(join(directory, 'journal'), rubbish.join('\n'));
    const again = await openFileStore(directory);
    expect(await again.load()).toMatchObject({ session: undefined, outbox: [entry(1)], networks: [] });
    await again.close();
  });

  test('[STORE-6] the session in a journal of an older version has no generation', async () => {
    const directory = freshDirectory();
    await mkdir(directory);
    const session = { id: 'id', token: 'AQI', userName: 'a', userNumber: 1, userUuid: 'u', owner: false };
    await writeFile(join(directory, 'journal'), `${JSON.stringify({ kind: 'session', session })}\n`);
    const store = await openFileStore(directory);
    const token = new Uint8Array([1, 2]);
    expect((await store.load()).session).toEqual({ ...session, token, generation: 0 });
    await store.close();
  });

  test('[STORE-7] the journal stays small however long it is used', async () => {
    const directory = freshDirectory();
    const store = await openFileStore(directory);
    const long = 'x'.repeat(10_000);
    for (let round = 0; round < 20; round += 1) {
      const entries = Array.from({ length: 20 }, (_, index) => entry(round * 20 + index + 1, long));
      await Promise.all(entries.map((one) => store.putOutbox(one)));
      await Promise.all(entries.slice(1).map((one) => store.removeOutbox(one.clientMessageId)));
      await store.saveCursors('log', new Map([[4 as StreamId, round as Sequence]]));
      await store.saveNetworks([{ network: 'aa', usedMs: round, transports: {} }]);
    }
    const before = await store.load();
    await store.close();
    expect((await stat(join(directory, 'journal'))).size).toBeLessThan(2_000_000);
    const again = await openFileStore(directory);
    expect(await again.load()).toEqual(before);
    expect(before.outbox.length).toBe(20);
    await again.close();
  });

  test('[STORE-1] a closed store takes nothing more', async () => {
    const store = await openFileStore(freshDirectory());
    await Promise.all([store.close(), store.close()]);
    await expect(store.putOutbox(entry(1))).rejects.toThrow('closed');
  });
});

describe('servers seen before (T18)', () => {
  test('[TRUST-2] identities are kept by host and port; a damaged line is an error, never a new server', async () => {
    const path = join(root, 'home', 'known-servers');
    const known = new FileKnownServers(path);
    expect(await known.get('a:1')).toBeUndefined();
    const [one, two] = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
    if (one === undefined || two === undefined) throw new Error('unreachable');
    await known.set('a:1', one);
    await known.set('[::1]:2', two);
    await known.set('a:1', two);
    expect(await new FileKnownServers(path).get('a:1')).toEqual(two);
    expect(await known.get('[::1]:2')).toEqual(two);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await appendFile(path, 'b:3 SHA256:nonsense\n');
    await expect(known.get('b:3')).rejects.toThrow('line 3');
  });
});
