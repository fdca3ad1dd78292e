/** The client as it is built: what it weighs, and what is in it. */
import { beforeAll, describe, expect, test } from 'bun:test';
import { type Build, buildClient } from './build.ts';
import { FIRST_LOAD_MAX_BYTES, sizesOf } from './sizes.ts';

describe('the built client', () => {
  let build: Build;
  beforeAll(async () => {
    build = await buildClient();
  });
  const text = (path: string) => new TextDecoder().decode(build.files.get(path)?.body);

  test('C1: the first load is under 250 kB packed, and OPAQUE is not in it', () => {
    const sizes = sizesOf(build);
    expect(sizes.isOpaqueEager).toBe(false);
    expect(sizes.firstLoadBytes).toBeGreaterThan(60_000);
    expect(sizes.firstLoadBytes).toBeLessThanOrEqual(FIRST_LOAD_MAX_BYTES);
  });

  test('[WEB-2] C1: nothing in the page is inline, and all that it names is there', () => {
    const page = text('/');
    const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThanOrEqual(2);
    for (const path of named) expect([path, build.files.has(path)]).toEqual([path, true]);
    expect(page).not.toMatch(/\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)/i);
  });

  test('C1: it is made for people who use it, not for those who write it', () => {
    for (const [path, { body }] of build.files) {
      if (!path.endsWith('.js')) continue;
      const program = new TextDecoder().decode(body);
      expect([path, /\bjsxDEV\b|react-dom-client\.development/.test(program)]).toEqual([path, false]);
      expect([path, program.includes('sourceMappingURL')]).toEqual([path, false]);
    }
  });
});
