import { expect, test } from 'bun:test';
import { languageOf } from './language.ts';

test.each([
  [{ LANG: 'de_DE.UTF-8' }, 'German'],
  [{ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'fr_CA' }, 'French'],
  [{ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'fr_CA', LC_ALL: 'ja' }, 'Japanese'],
  [{ LANG: 'pt_BR@euro', LC_ALL: '' }, 'Portuguese'],
  [{ LANG: 'zh_Hant_TW.UTF-8' }, 'Chinese'],
  [{ LANG: 'C.UTF-8' }, 'English'],
  [{ LANG: 'POSIX' }, 'English'],
  [{ LANG: 'C' }, 'English'],
  [{ LANG: 'en_GB' }, 'English'],
  [{ LANG: '../../etc/passwd\u0000' }, 'English'],
  [{ LANG: 'xx_XX' }, 'English'],
  [{}, 'English'],
])('I2 C3: %j reads %s', (environment, language) => {
  expect(languageOf(environment)).toBe(language);
});
