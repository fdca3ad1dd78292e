import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, truncateSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOBBY, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { lockDirectory } from '../stores/lock.ts';
import { sha256Of } from '../testing/fake-files.ts';
import { bytesOf, KIB, offered } from '../testing/files.ts';
import { createWorld, failureOf, onlineClient, type World } from '../testing/harness.ts';
import type { SottoClient } from '../types.ts';
import { LocalFileError } from './errors.ts';
import { fileSource } from './file-source.ts';
import { PART_KEPT_MS } from './old-parts.ts';
import { partDirectory } from './part.ts';
import { downloadDirectory, saveFile } from './save-file.ts';

const CAN_MOUNT =
  process.platform === 'linux' &&
  Bun.spawnSync(['unshare', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).success;

/** In memory where there is such a place: virtual time does not wait for a disk that others keep busy. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
setDefaultTimeout(30_000);

describe('saving files (F1, F4)', () => {
  let directory: string;
  let world: World;
  let client: SottoClient;

  beforeEach(async () => {
    directory = await mkdtemp(join(PLACE, 'sotto-saving-'));
    world = await createWorld();
    client = await onlineClient(world);
  });

  afterEach(async () => {
    await client.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** The disk works in real time, the network in virtual. */
  async function real<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    while (!isSettled) {
      await world.time.pass(20);
      await Bun.sleep(1);
    }
    return promise;
  }

  const save = (sequence: Sequence, options: { signal?: AbortSignal } = {}) =>
    real(saveFile(client, LOBBY, sequence, { directory, ...options }));
  const names = async (at = directory) => (await readdir(at)).sort();
  const partOf = (bytes: Uint8Array) => partDirectory(directory, sha256Of(bytes).toHex());

  async function leavePart(bytes: Uint8Array, part: Uint8Array): Promise<string> {
    await mkdir(partOf(bytes));
    await writeFile(join(partOf(bytes), 'data'), part);
    return partOf(bytes);
  }

  test.each([0, 10, 100 * KIB, 2000 * KIB])(
    '[SAVE-1] %d bytes: there, for its owner alone, and nothing beside',
    async (size) => {
      const bytes = bytesOf(size);
      const { path, file, message } = await save(offered(world.server, bytes));
      expect(path).toBe(join(directory, 'data.bin'));
      expect(new Uint8Array(await readFile(path))).toEqual(bytes);
      expect((await lstat(path)).mode & 0o777).toBe(0o600);
      expect(await names()).toEqual(['data.bin']);
      expect(file.sizeBytes).toBe(size);
      expect(message.sender.name).toBe('bob');
    },
  );

  test('[SAVE-1] a directory for each sender, made where it is missing', async () => {
    const sequence = offered(world.server, bytesOf(10), 'a.txt');
    const place = (message: { sender: { name: string } }) => downloadDirectory(directory, message.sender);
    const { path } = await real(saveFile(client, LOBBY, sequence, { directory: place }));
    expect(path).toBe(join(directory, 'downloads', 'bob', 'a.txt'));
    expect((await lstat(join(directory, 'downloads', 'bob'))).mode & 0o777).toBe(0o700);
  });

  test.each(['../../escape', '/etc/passwd', '..\\..\\a', '.bashrc', '-rf', 'CON', 'a\u202etxt.exe', '...'])(
    '[SAVE-1] %p is saved inside, under a safe name (F4)',
    async (name) => {
      const { path } = await save(offered(world.server, bytesOf(10), name));
      const [only, ...others] = await names();
      expect(others).toEqual([]);
      expect(path).toBe(join(directory, only ?? ''));
      expect(only).not.toMatch(/^[.-]|[/\\]|\u202e|^CON$/);
    },
  );

  test('[SAVE-3] what has the name stays: files, directories, and links that lead nowhere', async () => {
    await writeFile(join(directory, 'data.bin'), 'mine');
    await mkdir(join(directory, 'data (2).bin'));
    await symlink(join(directory, 'elsewhere'), join(directory, 'data (3).bin'));
    const { path } = await save(offered(world.server, bytesOf(10)));
    expect(path).toBe(join(directory, 'data (4).bin'));
    expect(await readFile(join(directory, 'data.bin'), 'utf8')).toBe('mine');
    expect(await names()).toEqual(['data (2).bin', 'data (3).bin', 'data (4).bin', 'data.bin']);
  });

  test('[SAVE-3] the same file twice at once: two files', async () => {
    const bytes = bytesOf(300 * KIB);
    const sequence = offered(world.server, bytes);
    const both = [1, 2].map(() => saveFile(client, LOBBY, sequence, { directory }));
    await real(Promise.all(both));
    expect(await names()).toEqual(['data (2).bin', 'data.bin']);
    expect(new Uint8Array(await readFile(join(directory, 'data (2).bin')))).toEqual(bytes);
  });

  test('[SAVE-2] called off in the middle, the part stays, and a later attempt goes on with it', async () => {
    const bytes = bytesOf(3000 * KIB);
    const sequence = offered(world.server, bytes);
    const controller = new AbortController();
    world.server.files.onPiece = () => {
      if (world.server.files.downloadedBytes > 2000 * KIB) controller.abort(new Error('enough'));
    };
    expect(await failureOf(save(sequence, { signal: controller.signal }))).toMatchObject({
      message: 'enough',
    });
    const before = world.server.files.downloadedBytes;
    const [part] = await names();
    expect(part).toBe(`.${sha256Of(bytes).toHex()}.part`);
    expect((await lstat(partOf(bytes))).mode & 0o777).toBe(0o700);
    const { size } = await lstat(join(partOf(bytes), 'data'));
    expect(size).toBeGreaterThan(0);
    const { path } = await save(sequence);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(world.server.files.downloadedBytes - before).toBe(bytes.length - size);
    expect(await names()).toEqual(['data.bin']);
  });

  test('[SAVE-2] a part that a process left which died within a chunk is gone on with from there', async () => {
    const bytes = bytesOf(300 * KIB);
    const sequence = offered(world.server, bytes);
    const part = await leavePart(bytes, bytes.slice(0, 150 * KIB));
    await writeFile(join(part, 'lock'), '4194999 1');
    const { path } = await save(sequence);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(world.server.files.downloadedBytes).toBe(bytes.length - 128 * KIB);
  });

  test('[SAVE-2] a part that another process has is left to it', async () => {
    const bytes = bytesOf(300 * KIB);
    const sequence = offered(world.server, bytes);
    const part = await leavePart(bytes, bytes.slice(0, 150 * KIB));
    const unlock = await lockDirectory(part);
    expect(await failureOf(save(sequence))).toMatchObject({ name: 'LocalFileError', reason: 'inUse' });
    await unlock();
    expect((await lstat(join(part, 'data'))).size).toBe(150 * KIB);
  });

  test.each([
    ['of another file', (bytes: Uint8Array) => bytesOf(bytes.length, 7).slice(0, 128 * KIB)],
    ['as long, and of another file', (bytes: Uint8Array) => bytesOf(bytes.length, 7)],
    ['longer than the file', (bytes: Uint8Array) => bytesOf(2 * bytes.length)],
  ])('[SAVE-2] a part %s: it begins anew', async (_what, part) => {
    const bytes = bytesOf(300 * KIB);
    const sequence = offered(world.server, bytes);
    await leavePart(bytes, part(bytes));
    const { path } = await save(sequence);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(await names()).toEqual(['data.bin']);
  });

  test('[SAVE-4] links in the place of a part lead nowhere, and a finished file is not written to', async () => {
    const bytes = bytesOf(300 * KIB);
    const sequence = offered(world.server, bytes);
    const victim = join(directory, 'victim');
    await writeFile(victim, 'precious');
    const part = await leavePart(bytes, bytes.slice(0, 0));
    await rm(join(part, 'data'));
    await symlink(victim, join(part, 'data'));
    await save(sequence);
    expect(await readFile(victim, 'utf8')).toBe('precious');
    await mkdir(join(directory, 'trap'));
    await symlink(join(directory, 'trap'), partOf(bytes));
    expect(await failureOf(save(sequence))).toMatchObject({
      name: 'LocalFileError',
      reason: 'notADirectory',
    });
    expect(await names(join(directory, 'trap'))).toEqual([]);
  });

  test.each([ErrorCode.FILE_GONE, ErrorCode.FILE_NOT_ACCEPTED])(
    '[SAVE-4] refused with %p: nothing is left behind',
    async (code) => {
      const sequence = offered(world.server, bytesOf(300 * KIB));
      world.server.trouble = ({ name }) => (name === 'startDownload' ? new SottoError(code) : undefined);
      expect(await failureOf(save(sequence))).toMatchObject({ code });
      expect(await names()).toEqual([]);
    },
  );

  test('[SAVE-4] a server that lies about the bytes: an error, nothing is left behind', async () => {
    const bytes = bytesOf(300 * KIB);
    const sequence = offered(world.server, bytes);
    const key = sha256Of(bytes).toHex();
    world.server.files.stored.set(key, bytesOf(300 * KIB, 5));
    world.server.files.started = (answer) => ({ ...answer, sha256: Uint8Array.fromHex(key) });
    expect(await failureOf(save(sequence))).toMatchObject({ code: ErrorCode.FILE_CORRUPT });
    expect(await names()).toEqual([]);
  });

  describe.skipIf(!CAN_MOUNT)('on a disk of their own', () => {
    const mount = (options: string) => {
      const made = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', options, 'none', directory]);
      if (!made.success) throw new Error(made.stderr.toString());
    };
    afterEach(() => {
      Bun.spawnSync(['umount', directory]);
    });

    test('[SAVE-4] one that is full: an error that says so, nothing is left behind', async () => {
      mount('size=1m');
      const saving = save(offered(world.server, bytesOf(3000 * KIB)));
      expect(await failureOf(saving)).toMatchObject({ name: 'LocalFileError', reason: 'noRoom' });
      expect(await names()).toEqual([]);
    });

    test('[SAVE-4] one that may not be written to', async () => {
      mount('ro');
      const saving = save(offered(world.server, bytesOf(300 * KIB)));
      expect(await failureOf(saving)).toMatchObject({ name: 'LocalFileError', reason: 'notPermitted' });
    });
  });

  test('[SAVE-4] a file in the place of the directory', async () => {
    await writeFile(join(directory, 'file'), '');
    const sequence = offered(world.server, bytesOf(300 * KIB));
    const saving = real(saveFile(client, LOBBY, sequence, { directory: join(directory, 'file') }));
    expect(await failureOf(saving)).toBeInstanceOf(LocalFileError);
  });

  test('[SAVE-5] parts that nobody went on with for a week go; others stay, and so does what only looks alike', async () => {
    const old = await leavePart(bytesOf(10, 1), bytesOf(100));
    const recent = await leavePart(bytesOf(10, 2), bytesOf(100));
    const then = new Date(Date.now() - PART_KEPT_MS - 60_000);
    await utimes(join(old, 'data'), then, then);
    await mkdir(join(directory, '.other.part'));
    await utimes(join(directory, '.other.part'), then, then);
    await save(offered(world.server, bytesOf(10)));
    expect(await names()).toEqual(['.other.part', recent.slice(directory.length + 1), 'data.bin'].sort());
  });

  test('[SAVE-6] a file of this machine: its name, its type, its first lines', async () => {
    const path = join(directory, 'notes.md');
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index} äöü`);
    await writeFile(path, lines.join('\n'));
    const { blob, ...details } = await fileSource(path);
    expect(details).toMatchObject({ name: 'notes.md', mediaType: 'text/markdown' });
    expect(details.preview?.text?.split('\n')).toEqual(lines.slice(0, 12));
    expect(await blob.text()).toBe(lines.join('\n'));
    const sent = await real(client.sendFile(LOBBY, blob, details));
    expect(sent.kind).toBe('sent');
  });

  test.each([
    ['cut.txt', new TextEncoder().encode('ä'.repeat(2_000)), 'text/plain', 'ä'.repeat(512)],
    ['binary.txt', bytesOf(2_000), 'text/plain', undefined],
    ['escape.txt', new TextEncoder().encode('\u001b[2J'), 'text/plain', undefined],
    ['empty.txt', new Uint8Array(0), 'text/plain', undefined],
    ['photo.JPG', bytesOf(10), 'image/jpeg', undefined],
    ['unknown', bytesOf(10), '', undefined],
  ])('[SAVE-6] %s', async (name, bytes, mediaType, text) => {
    await writeFile(join(directory, name), bytes);
    const local = await fileSource(join(directory, name));
    expect(local.mediaType).toBe(mediaType);
    expect(local.preview?.text).toBe(text);
  });

  test.each([
    ['nothing', 'nothing', 'notFound'],
    ['a directory', '.', 'notAFile'],
  ])('[SAVE-6] %s is no file to send', async (_what, name, reason) => {
    const reading = fileSource(join(directory, name));
    expect(await failureOf(reading)).toMatchObject({ name: 'LocalFileError', reason });
  });

  test('[SAVE-6] a file that shrinks while it is sent: an error, nothing is offered', async () => {
    const path = join(directory, 'log.bin');
    await writeFile(path, bytesOf(700 * KIB));
    const { blob, ...details } = await fileSource(path);
    world.server.trouble = ({ name }) => {
      if (name === 'startUpload') truncateSync(path, 10);
      return undefined;
    };
    const sending = real(client.sendFile(LOBBY, blob, details));
    expect(await failureOf(sending)).toBeInstanceOf(Error);
    expect(world.server.named('sendMessage')).toEqual([]);
  });
});
