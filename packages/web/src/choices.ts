/**
 * What was chosen on this device, like the theme, is kept by the browser. A window of `sotto open` is of another origin at
 * each launch: it gets what was chosen before from its relay, and leaves it there when it is put away [RELAY-10].
 */

const MARK = 'meta[name="sotto-choices"]';
const PATH = '/relay/v1/choices';
const OURS = 'sotto.';

/** Before anything is drawn. Does nothing in other windows. */
export function takeChoices(): void {
  const given = document.querySelector<HTMLMetaElement>(MARK);
  if (given === null) return;
  try {
    for (const [key = '', value] of given.content.split(' ').map((word) => word.split('=')))
      if (key.startsWith(OURS) && value !== undefined && localStorage.getItem(key) === null)
        localStorage.setItem(key, value);
  } catch {
    // Pages may be forbidden to keep anything.
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leaveChoices();
  });
}

function leaveChoices(): void {
  try {
    const words = Object.entries(localStorage).map(([key, value]) => `${key}=${value}`);
    navigator.sendBeacon(PATH, words.filter((word) => word.startsWith(OURS)).join(' '));
  } catch {
    // Then it is chosen again.
  }
}
