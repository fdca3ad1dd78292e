/** How many messages wait, where it is seen without the window: the tab's icon, and that of an installed client. */

/** `0`: nothing waits. `dot`: only what does not ask for anybody. */
export type Waiting = number | 'dot';

const SHOWN_MAX = 9;
const LINK = 'link[rel=icon]';

let plain: string | undefined;
/** Few, and kept: browsers fetch an icon when they like, also after the next one is there. */
const drawn = new Map<string, string>();

/** What comes where one reads is read in a moment: that is not worth an icon. */
const SOON_MS = 300;
let shown: Waiting = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function showBadges(waiting: Waiting): void {
  clearTimeout(timer);
  if (waiting !== shown) timer = setTimeout(() => show(waiting), SOON_MS);
}

function show(waiting: Waiting): void {
  shown = waiting;
  drawIcon(waiting);
  if (waiting === 0 || waiting === 'dot') void navigator.clearAppBadge?.().catch(() => {});
  else void navigator.setAppBadge?.(waiting).catch(() => {});
}

function drawIcon(waiting: Waiting): void {
  const link = document.querySelector<HTMLLinkElement>(LINK);
  if (link === null) return;
  plain ??= link.href;
  link.href = waiting === 0 ? plain : addressOf(iconWith(waiting));
}

function addressOf(icon: string): string {
  const known = drawn.get(icon) ?? URL.createObjectURL(new Blob([icon], { type: SVG }));
  drawn.set(icon, known);
  return known;
}

const SVG = 'image/svg+xml';

export const labelOf = (waiting: Waiting): string => {
  if (waiting === 'dot') return '';
  return waiting > SHOWN_MAX ? `${SHOWN_MAX}+` : `${waiting}`;
};

/** The icon of the page with a mark at its corner, in the colours of the theme. */
function iconWith(waiting: Waiting): string {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const label = labelOf(waiting);
  const [mark, ink] = [token('--danger'), token('--danger-text')];
  const words = `<text x="22" y="26.500" fill="${ink}" font-family="sans-serif" font-weight="700" font-size="${label.length > 1 ? 11 : 14}" text-anchor="middle">${label}</text>`;
  const circle = `<circle cx="22" cy="22" r="${label === '' ? 6 : 10}" fill="${mark}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${token('--accent')}"/><path d="${SPEECH}" fill="${token('--accent-text')}"/>${circle}${words}</svg>`;
}

/** As in public/icon.svg. */
const SPEECH =
  'M9 11.500A3.500 3.500 0 0 1 12.500 8h7a3.500 3.500 0 0 1 3.500 3.500v5a3.500 3.500 0 0 1-3.500 3.500H16l-4.500 4v-4.150A3.500 3.500 0 0 1 9 16.500z';
