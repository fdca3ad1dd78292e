import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { joined, LOBBY_ROOM, ROOM, WITH_BOB } from '../testing/fake-client.ts';
import { completeLine } from './complete.ts';

const PATHS = ['/home/a.pdf', '/home/my notes.txt', '/home/my folder/', "/home/it's", '/home/\u202egnp.exe'];
const known = {
  paths: (start: string) => PATHS.filter((path) => path.startsWith(start)),
  rooms: [LOBBY_ROOM, ROOM, WITH_BOB, joined(9, 'roses')],
  people: ['alice', 'bob', 'Ben'],
};
const after = (line: string) => completeLine(line, known)[0];

describe('completion (C3)', () => {
  test.each([
    ['/kic', ['/kick ']],
    ['/mu', ['/mute ']],
    ['/join #ro', ['#room ', '#roses ']],
    ['/kick #room b', ['Ben ', 'bob ']],
    ['/kick #room @b', ['@Ben ', '@bob ']],
    ['/role #room bob mo', ['moderator ']],
    ['/role bob mo', ['moderator ']],
    ['/kick b', ['Ben ', 'bob ']],
    ['/kick #ro', ['#room ', '#roses ']],
    ['/slow 5', ['5m ']],
    ['/history @b', ['@Ben ', '@bob ']],
    ['/react ^ :tad', [':tada: ']],
    ['/react ^ :heart_', [':heart_eyes: ']],
    ['/set #room his', ['history ']],
    ['/set #room history s', ['since-joined ']],
    ['/totp o', ['off ', 'on ']],
    ['/token create weather read w', ['write ']],
    ['/search x in:#ro', ['in:#room ', 'in:#roses ']],
    ['/search x from:b', ['from:Ben ', 'from:bob ']],
    ['/search has:l', ['has:link ']],
    ['/ai su', ['summary ']],
    ['/ai #ro', ['#room ', '#roses ']],
    ['/ai summary #ro', ['#room ', '#roses ']],
    ['/ai @al', ['@alice ']],
    ['/set #room assistants no', ['no-history ']],
    ['/help reac', ['react ', 'reactions ']],
    ['#ro', ['#room: ', '#roses: ']],
    ['bo', ['bob: ']],
    ['@al', ['@alice: ']],
    ['#room: ask @b', ['@Ben ', '@bob ']],
    ['hello @ro', ['@room ']],
    ['hello :tad', ['🎉 ']],
    ['/reply ^ hello @al', ['@alice ']],
    ['/send /home/a', ['/home/a.pdf ']],
    ['/send #room /home/m', ['/home/my\\ notes.txt', '/home/my\\ folder/']],
    ['/send /home/my\\ n', ['/home/my\\ notes.txt ']],
    ["/send '/home/my n", ["'/home/my notes.txt' "]],
    ['/send "/home/my f', ['"/home/my folder/']],
    ['/send /home/it', ["/home/it\\'s "]],
    ['/send /home/\u202e', []],
    ['/send @b', ['@Ben ', '@bob ']],
    ['/nothing b', []],
    ['hello wor', []],
    ['', []],
  ])('C3: %s', (line, candidates) => {
    expect(after(line)).toEqual(candidates as never);
  });

  test('C3: replaces the word that is typed and nothing else, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (line) => {
        const [, replaced] = completeLine(line, known);
        expect(line.endsWith(replaced)).toBe(true);
      }),
    );
  });
});
