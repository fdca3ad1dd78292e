import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isSame, LAUNCH_LASTS_MS, LaunchSecret, writeDoor } from './launch.ts';

const place = mkdtempSync(join(tmpdir(), 'sotto-launch-'));
afterAll(() => rmSync(place, { recursive: true }));

describe('the secret of a launch', () => {
  test('[RELAY-4] C1: works once', () => {
    const secret = new LaunchSecret(0);
    expect(secret.use(secret.value, 1)).toBe(true);
    expect(secret.use(secret.value, 2)).toBe(false);
  });

  test('[RELAY-4] C1: works until its time is over, and a wrong one does not use it up', () => {
    const early = new LaunchSecret(1_000);
    for (const wrong of ['', 'x', `${early.value}x`, early.value.slice(1), early.value.toUpperCase()])
      expect(early.use(wrong, 1_000)).toBe(false);
    expect(early.use(early.value, 1_000 + LAUNCH_LASTS_MS - 1)).toBe(true);
    const late = new LaunchSecret(1_000);
    expect(late.use(late.value, 1_000 + LAUNCH_LASTS_MS)).toBe(false);
  });

  test('[RELAY-4] C1: is 32 bytes of its own each time', () => {
    const [one, other] = [new LaunchSecret(0).value, new LaunchSecret(0).value];
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(one).not.toBe(other);
  });

  test.each([
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', 'ab', false],
    ['', '', true],
    ['ä', 'a', false],
  ])('[RELAY-3] C1: %j and %j are the same: %p', (a, b, same) => {
    expect(isSame(a, b)).toBe(same);
  });
});

describe('the file that lets a browser in', () => {
  test('[RELAY-4] C1: only its user can read it, and it goes with its folder', async () => {
    const way = { origin: 'http://x.localhost:1', plainOrigin: undefined };
    const door = await writeDoor(place, way, 'the-secret');
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([mode(door.path), mode(dirname(door.path))]).toEqual(['600', '700']);
    const html = readFileSync(door.path, 'utf8');
    expect(html).toContain('action="http://x.localhost:1/enter"');
    expect(html.match(/the-secret/g)).toHaveLength(1);
    await door.remove();
    await door.remove();
    expect(existsSync(dirname(door.path))).toBe(false);
  });

  test('[RELAY-9] C1: it leads to the address only where that is allowed, else it says what to do', async () => {
    const lead = async (plainOrigin: string | undefined) => {
      const door = await writeDoor(place, { origin: 'http://x.localhost:1', plainOrigin }, 's');
      const html = readFileSync(door.path, 'utf8');
      await door.remove();
      return [html.includes("form.action = 'http://127.0.0.1:1/enter'"), html.includes('hidden = false')];
    };
    expect(await lead('http://127.0.0.1:1')).toEqual([true, false]);
    expect(await lead(undefined)).toEqual([false, true]);
  });
});
