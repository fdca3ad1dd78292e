import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '../services.ts';

const ownMounts = needs('ownMounts');
const PROGRAM = join(import.meta.dir, 'full-disk.ts');
/** Its mounts are its own, and end with it. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=1m,nr_inodes=24 none "$1" && exec "$2" "$3" "$1"';

describe.skipIf(ownMounts === undefined)('files on a disk that is full', () => {
  test('[BLOB-7] F3: nothing half-written stays, and what was refused goes on when there is room', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sotto-full-'));
    const { stdout, stderr, exitCode } = Bun.spawnSync([
      ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c', ON_SMALL_DISK, 'sh'],
      ...[directory, process.execPath, PROGRAM],
    ]);
    rmSync(directory, { recursive: true });
    expect([exitCode, stderr.toString()]).toEqual([0, '']);
    expect(JSON.parse(stdout.toString())).toEqual({
      spare: Math.ceil(2 ** 20 / 20),
      large: { refused: 'StorageFull', chunks: 16, isCut: true },
      again: 'StorageFull',
      digestIsRight: true,
      freedAll: true,
      filled: { refused: 'StorageFull', isCut: true },
      noInode: { refused: 'StorageFull', stored: 0 },
      stored: true,
    });
  });
});
