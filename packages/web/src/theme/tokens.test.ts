/** Contrast of every pair of colours that is drawn, computed from the one file that names colours (issue 8, WCAG 1.4.3, 1.4.6, 1.4.11). */
import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { Glob } from 'bun';
import { type Colours, colourOf, ratio, themes } from './testing/contrast.ts';

const css = await Bun.file(join(import.meta.dir, 'tokens.css')).text();
const { light, dark, contrast, preferredDark, preferredContrast } = themes(css);

const SURFACES = [
  'surface',
  'surface-sunken',
  'surface-raised',
  'surface-hover',
  'surface-selected',
  'surface-mention',
];
const WORDS = ['text', 'muted', 'accent', 'success', 'warning', 'danger'];
const ON_FILLS: readonly (readonly [string, string])[] = [
  ['accent-text', 'accent'],
  ['danger-text', 'danger'],
];
const LINES = ['border-strong', 'focus'];
const HUES = Array.from({ length: 16 }, (_, hue) => hue * 22.5);

/** Those that are too close, as "muted on surface: 4.2". */
function tooClose(colours: Colours, pairs: readonly (readonly [string, string])[], least: number): string[] {
  return pairs.flatMap(([front, back]) => {
    const found = ratio(colourOf(colours, front), colourOf(colours, back));
    return found >= least ? [] : [`${front} on ${back}: ${found.toFixed(2)}`];
  });
}

const onSurfaces = (names: readonly string[]) =>
  names.flatMap((name) => SURFACES.map((surface): readonly [string, string] => [name, surface]));

describe.each([
  ['light', light, 4.5],
  ['dark', dark, 4.5],
  ['contrast', contrast, 7],
] as const)('C1 the %s theme can be read', (_, colours, least) => {
  test(`words on every surface, and on what is filled, at least ${least}:1`, () => {
    expect(tooClose(colours, [...onSurfaces(WORDS), ...ON_FILLS], least)).toEqual([]);
  });

  test('lines that say where something is, and the focus, at least 3:1', () => {
    expect(tooClose(colours, onSurfaces(LINES), 3)).toEqual([]);
  });

  test(`initials on all 16 colours of people, at least ${least}:1`, () => {
    const text = colourOf(colours, 'avatar-text');
    const [lightness, chroma] = ['avatar-lightness', 'avatar-chroma'].map((name) => colours.get(name) ?? '');
    const least16 = Math.min(...HUES.map((hue) => ratio(`oklch(${lightness} ${chroma} ${hue})`, text)));
    expect(least16).toBeGreaterThanOrEqual(least);
  });
});

test('C1 what the system prefers is the theme of that name', () => {
  expect(Object.fromEntries(preferredDark)).toEqual(Object.fromEntries(dark));
  expect(Object.fromEntries(preferredContrast)).toEqual(Object.fromEntries(contrast));
});

test('C1 no colour stands in another file of the client', async () => {
  const src = join(import.meta.dir, '..');
  const found: string[] = [];
  for (const path of new Glob('**/*.css').scanSync(src)) {
    if (path === join('theme', 'tokens.css')) continue;
    const text = (await Bun.file(join(src, path)).text()).replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [line] of text.matchAll(/^.*(?:#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklab|lab)\().*$/gim))
      found.push(`${path}: ${line.trim()}`);
  }
  expect(found).toEqual([]);
});
