import { LANGUAGE_MAX_CHARACTERS } from '@sotto/model';

const FALLBACK = 'English';
/** In the order in which programs look at them. */
const VARIABLES = ['LC_ALL', 'LC_MESSAGES', 'LANG'] as const;

/** What somebody reads, in English words, by the variables that say so: `de_DE.UTF-8` is German. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): string {
  const locale = VARIABLES.map((name) => environment[name]).find((value) => value) ?? '';
  const [tag = ''] = locale.split(/[.@]/);
  try {
    const { language } = new Intl.Locale(tag.replaceAll('_', '-'));
    const name = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }).of(language);
    return name === undefined || name.length > LANGUAGE_MAX_CHARACTERS ? FALLBACK : name;
  } catch {
    // C and POSIX are no languages.
    return FALLBACK;
  }
}
