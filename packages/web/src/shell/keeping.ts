/** Whether recent messages stay on this device, to be there at once the next time. They do, unless somebody says no. */
const KEY = 'sotto.keep';
const NO = 'no';

export function keepsRecent(): boolean {
  try {
    return localStorage.getItem(KEY) !== NO;
  } catch {
    // A browser that keeps nothing of pages is to keep nothing of this one.
    return false;
  }
}

export function setKeepsRecent(isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, NO);
  } catch {
    // Then it holds until the page is closed.
  }
}
