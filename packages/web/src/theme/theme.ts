/** Which theme is shown: what somebody chose on this device, or what their system prefers. */
export type Theme = 'light' | 'dark' | 'contrast';
export type ThemeChoice = Theme | 'system';

export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark', 'contrast'];

export const THEME_WORDS: Readonly<Record<ThemeChoice, string>> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
  contrast: 'High contrast',
};

const KEY = 'sotto.theme';

export function chosenTheme(): ThemeChoice {
  const kept = remembered();
  return THEME_CHOICES.find((choice) => choice === kept) ?? 'system';
}

/** Shown at once, and remembered on this device where the browser lets pages remember. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Pages may be forbidden to keep anything; then it holds until the page is closed.
  }
  show(choice);
}

/** Call it before anything is drawn. */
export const applyTheme = (): void => show(chosenTheme());

function show(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
