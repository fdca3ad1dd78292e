/** Contrast between two colours as WCAG 2.2 defines it, and the colours of tokens.css. For tests. */
export type Colours = ReadonlyMap<string, string>;

/** What each block of tokens.css sets; a theme has what the first block sets where it sets nothing itself. */
export function themes(css: string) {
  const block = (start: string): Map<string, string> => {
    const at = css.indexOf(start);
    if (at < 0) throw new Error(`tokens.css has no ${start}`);
    const body = css.slice(at, css.indexOf('}', at));
    return new Map(
      [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
    );
  };
  const light = block(':root {');
  return {
    light,
    dark: block(":root[data-theme='dark'] {"),
    contrast: block(":root[data-theme='contrast'] {"),
    preferredDark: block('prefers-color-scheme: dark) {'),
    preferredContrast: block('prefers-contrast: more) {'),
  };
}

export function colourOf(colours: Colours, name: string): string {
  const value = colours.get(name);
  if (value === undefined) throw new Error(`the theme has no ${name}`);
  return value;
}

export function ratio(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = linear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Linear light of red, green and blue, each from 0 to 1. */
function linear(colour: string): readonly number[] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (hex !== null)
    return hex.slice(1).map((part) => {
      const value = Number.parseInt(part, 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
  const oklch = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(colour);
  if (oklch === null) throw new Error(`not a colour that is known here: ${colour}`);
  const [lightness = 0, chroma = 0, hue = 0] = oklch.slice(1).map(Number);
  return fromOklch(lightness, chroma, (hue * Math.PI) / 180);
}

/** CSS Color 4, section 9.3. */
function fromOklch(lightness: number, chroma: number, hue: number): readonly number[] {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((value) => Math.min(1, Math.max(0, value)));
}
