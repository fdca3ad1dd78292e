import { describe, expect, test } from 'bun:test';
import { ErrorCode, SottoError } from '@sotto/client';
import {
  ALICE,
  BOB,
  FakeClient,
  fileInfo,
  LOBBY_ROOM,
  offer,
  ROOM,
  sequence,
  WITH_BOB,
} from '../testing/fake-client.ts';
import { offering, scene } from '../testing/file-scene.ts';
import { run, slowly } from '../testing/run.ts';

describe('sending a file (F1, C3)', () => {
  test('F1: goes to the room or person named, with words, type and preview', async () => {
    const { asked, client, shown, local } = await scene([
      '/send #room /home/report.pdf for you',
      '/send @bob "/home/my notes.txt"',
    ]);
    expect(asked).toEqual(['sendFile 3 report.pdf for you', 'sendFileDirect 2 my notes.txt']);
    expect(client.files.sent.map(({ text }) => text)).toEqual(['pdf', 'notes']);
    expect(client.files.sent[0]?.options).toMatchObject({
      mediaType: 'text/plain',
      preview: { text: 'first' },
    });
    expect(shown).toContain('[#room] alice: for you');
    expect(shown).toContain('  = 3 bytes, text/plain: report.pdf');
    expect(shown).toContain('  -> bob: delivered');
    expect(local.journal).toEqual([]);
  });

  test('F1: without a name it goes to where one is, and text alone follows the file', async () => {
    const { asked } = await scene(
      ['0: hi', '/send /home/report.pdf', '/send @bob /home/report.pdf', 'here'],
      {
        interactive: true,
      },
    );
    expect(asked).toEqual([
      'send 1 hi',
      'sendFile 1 report.pdf',
      'sendFileDirect 2 report.pdf',
      'sendDirect 2 here',
    ]);
  });

  test('F1: a path with blanks that nobody quoted is found as well', async () => {
    expect((await scene(['/send #room /home/my notes.txt'])).asked).toEqual(['sendFile 3 my notes.txt']);
  });

  test.each([
    ['/send #room /home/nothing', '! line 2: "/home/nothing" is not there; check the path'],
    ['/send #room /home/folder/', '! line 2: "/home/folder/" is a folder'],
    ['/send room /home/a.pdf', '! line 2: "room" is no file; to send there, write /send #room PATH'],
    ['/send bob: /home/a.pdf', '! line 2: "bob:" is no file; to send there, write /send @bob PATH'],
    ['/send #room bob /home/a.pdf', '! line 2: "bob" is not there; check the path'],
    ['/send /home/report.pdf', '! line 2: to whom? Write /send #room PATH, or /send @user PATH'],
    ['/send #room', '! line 2: something is missing; write /send [#room|@user] PATH [text]'],
    ['/send #room "/home', '! line 2: a quote or backslash at the end of the path has nothing behind it'],
  ])('F1: %s is answered by what is wrong', async (line, answer) => {
    const { complained, asked, end } = await scene([line]);
    expect(complained).toEqual([answer]);
    expect(asked).toEqual([]);
    expect(end.failures).toBe(1);
  });

  test('F1: a person whom nobody knows is sent nothing, and that is said at once', async () => {
    const { asked, shown, local, end } = await scene(['/send @nobody /home/report.pdf']);
    expect(asked).toEqual([]);
    expect(shown).toContain('  -> nobody: unknown, there is no such user');
    expect(local.journal).toEqual([]);
    expect(end.failures).toBe(1);
  });

  test('F1: what is typed after that does not go there', async () => {
    const lines = ['/send @nobody /home/report.pdf', 'hello', '/send @bob /home/report.pdf', 'hello'];
    const { asked } = await scene(lines, { interactive: true });
    expect(asked).toEqual(['sendFileDirect 2 report.pdf', 'sendDirect 2 hello']);
  });

  test('F2: what is too large is said before any of it is read, with the limit', async () => {
    const client = new FakeClient();
    client.files.usage = { usedBytes: 0, accountMaxBytes: undefined, fileMaxBytes: 4 };
    const lines = ['/send #room /home/report.pdf', '/send #room "/home/my notes.txt"'];
    const { complained, asked, local } = await scene(lines, { client });
    expect(complained).toHaveLength(1);
    expect(complained[0]).toStartWith(
      '! line 3: my notes.txt to #room: The file is larger than this server takes. (5 bytes, at most 4 bytes)',
    );
    expect(asked).toEqual(['sendFile 3 report.pdf']);
    expect(local.journal).toEqual([]);
  });

  test('F2: what the server refuses counts as a failure, with its line, and is not gone on with', async () => {
    const client = new FakeClient();
    client.files.until = Promise.reject(new SottoError(ErrorCode.STORAGE_FULL));
    const { complained, end, local } = await scene(['/send #room /home/report.pdf'], { client });
    expect(complained).toHaveLength(1);
    expect(complained[0]).toStartWith('! line 2: report.pdf to #room: The server has no room');
    expect(end.failures).toBe(1);
    expect(local.journal).toEqual([]);
  });

  test('F1: offline it waits and says so', async () => {
    const client = new FakeClient();
    client.status = { kind: 'offline', retryAt: new Date(0), reason: 'gone' };
    const { shown } = await scene(['/send #room /home/report.pdf'], { client, interactive: true });
    expect(shown).toContain('  -> waits, goes out when you are back');
  });

  test('F1: in a pipe the end of input waits for it', async () => {
    const client = new FakeClient();
    client.files.until = new Promise((resolve) => setTimeout(resolve, 20));
    const { client: after } = await scene(['/send #room /home/report.pdf'], { client });
    expect(after.files.sent).toHaveLength(1);
  });
});

describe('a file dropped onto the prompt (F1, C3)', () => {
  const dropping = (line: string, answers: readonly string[], interactive = true) =>
    scene(['#room: hi', line], { interactive, answers });

  test('F1: is asked about, and sent where one is', async () => {
    const { shown, asked } = await dropping("'/home/report.pdf' ", ['y']);
    expect(shown).toContain('Send report.pdf (3 bytes) to #room? [y/N] ');
    expect(asked).toEqual(['send room hi', 'sendFile 3 report.pdf']);
  });

  test('F1: several at once are asked about once', async () => {
    const { shown, asked } = await dropping("'/home/report.pdf' '/home/my notes.txt'", ['yes']);
    expect(shown).toContain('Send 2 files (8 bytes) to #room? [y/N] ');
    expect(asked.slice(1)).toEqual(['sendFile 3 report.pdf', 'sendFile 3 my notes.txt']);
  });

  test.each(['', 'n', 'yeah right', '/home/report.pdf'])(
    'F1: the answer "%s" sends it neither as a file nor as text',
    async (answer) => {
      const { shown, asked } = await dropping('/home/report.pdf', [answer]);
      expect(asked).toEqual(['send room hi']);
      expect(shown).toContain('* Not sent: report.pdf.');
    },
  );

  test('F1: a dropped folder is no command that is not known', async () => {
    const { complained, asked } = await dropping('/home/folder/', []);
    expect(complained).toEqual(['! "/home/folder/" is a folder']);
    expect(asked).toEqual(['send room hi']);
    const { complained: other } = await dropping('/nothing', []);
    expect(other).toEqual(['! there is no command "/nothing"; /help lists them all']);
  });

  test('F1: where one is nowhere yet, it is said how to send it', async () => {
    const { complained, asked } = await scene(['/home/report.pdf'], { interactive: true });
    expect(complained[0]).toContain('write /send and to whom');
    expect(asked).toEqual([]);
  });

  test('F1: in a pipe nothing is guessed', async () => {
    const { complained, asked } = await dropping('/home/report.pdf', ['y'], false);
    expect(asked).toEqual(['send room hi']);
    expect(complained).toEqual(['! line 3: there is no command "/home/report.pdf"; /help lists them all']);
  });

  test('F1: what is no file is what it was before', async () => {
    const { asked } = await dropping("'/home/nothing'", ['y']);
    expect(asked).toEqual(['send room hi', "send room '/home/nothing'"]);
  });
});

describe('files of others (F1, C3)', () => {
  const direct = (at: number, changes = {}) => offer(WITH_BOB, BOB, changes, at);

  test('F1: an offer says what it is and what to do', async () => {
    const { shown } = await scene([], {
      client: offering(
        direct(12),
        offer(
          ROOM,
          BOB,
          { name: 'a.jpg', mediaType: 'image/jpeg', preview: { width: 640, height: 480 } },
          13,
          'look',
        ),
        offer(ROOM, BOB, { name: 'a.mp3', mediaType: 'audio/mpeg', preview: { durationMs: 62_000 } }, 14),
        offer(ROOM, BOB, { name: 'a.txt', mediaType: '', preview: { text: 'one\n\ntwo' } }, 15),
      ),
    });
    expect(shown).toEqual([
      '[@bob] bob:',
      '  = 3.4 MB, application/pdf, /accept @bob/12 or /decline @bob/12: report.pdf',
      '[#room] bob: look',
      '  = 3.4 MB, image/jpeg, 640 x 480, /get #room/13: a.jpg',
      '[#room] bob:',
      '  = 3.4 MB, audio/mpeg, 1 min 2 s, /get #room/14: a.mp3',
      '[#room] bob:',
      '  = 3.4 MB, /get #room/15: a.txt',
      '    | one',
      '    |',
      '    | two',
    ]);
  });

  test('F1: /accept takes the latest offer that is open, says so to the sender, and saves it', async () => {
    const { asked, shown } = await scene(['/accept'], {
      client: offering(direct(12), direct(13, { name: 'new.pdf' }), direct(14, { answer: 'declined' })),
    });
    expect(asked).toEqual(['acceptFile 4 13', 'fetchFile 4 13', 'download new.pdf']);
    expect(shown).toContain('* Saved new.pdf from @bob (3.4 MB): /downloads/bob/new.pdf');
  });

  test('F1: a second /accept takes the one before, a third finds none', async () => {
    const { asked, complained } = await scene(['/accept', '/decline', '/accept'], {
      client: offering(direct(12), direct(13)),
    });
    expect(asked.filter((call) => /^(accept|decline)/.test(call))).toEqual([
      'acceptFile 4 13',
      'declineFile 4 12',
    ]);
    expect(complained).toEqual([
      '! line 4: no file waits for your answer here; name its message, like @bob/12',
    ]);
  });

  test('F1: answers of others are told with the name of the file', async () => {
    const client = offering(direct(12));
    const about = { room: WITH_BOB, by: BOB, at: new Date(0), target: sequence(12) };
    client.push({ kind: 'fileAnswered', answer: 'accepted', sequence: sequence(13), ...about });
    client.push({
      kind: 'fileAnswered',
      answer: 'declined',
      sequence: sequence(14),
      ...about,
      target: sequence(99),
    });
    const { shown } = await scene([], { client });
    expect(shown.slice(-2)).toEqual([
      '* bob accepted report.pdf (@bob/12).',
      '* bob declined the file (@bob/99).',
    ]);
  });

  test('F1: /get of a file that is offered accepts it, whatever its size; nobody accepts what is their own', async () => {
    const lines = ['/get @bob/2 as mine.pdf', '/get @bob/2', '/get @bob/3'];
    const client = offering(offer(WITH_BOB, BOB, {}, 2), { ...offer(WITH_BOB, ALICE, {}, 3), mine: true });
    const { asked, local } = await scene(lines, { client });
    const answered = asked.filter((call) => !call.startsWith('download'));
    expect(answered).toEqual(['acceptFile 4 2', 'fetchFile 4 2', 'fetchFile 4 2', 'fetchFile 4 3']);
    expect(local.saved[0]).toBe('mine.pdf');
  });

  test('F1: /get saves the latest file here, the one that is named, and by another name', async () => {
    const { asked, local } = await scene(
      ['#room: hi', '/get', '/get #room/2 as "my own.pdf"', '/get as b.pdf'],
      {
        interactive: true,
        client: offering(
          offer(ROOM, BOB, { name: 'one.pdf' }, 2),
          offer(ROOM, BOB, { name: 'two.pdf' }, 3),
          offer(LOBBY_ROOM, BOB, {}, 4),
        ),
      },
    );
    expect(asked.filter((call) => call.startsWith('fetchFile'))).toEqual([
      'fetchFile 3 3',
      'fetchFile 3 2',
      'fetchFile 3 3',
    ]);
    expect(local.saved).toEqual(['two.pdf', 'my own.pdf', 'b.pdf']);
  });

  test('F1: where one is nowhere yet, the latest file is that of whatever room', async () => {
    const client = offering(
      offer(ROOM, BOB, { name: 'a.pdf' }, 2),
      offer(WITH_BOB, BOB, { name: 'b.pdf' }, 3),
    );
    const { asked, complained } = await scene(['/link'], { client });
    expect([asked, complained]).toEqual([['fileLink 4 3'], []]);
    const none = await scene(['/get']);
    expect(none.complained).toEqual(['! line 2: in which room? Name it with its #, or a person with an @']);
  });

  test('F1: the name to save a file under may have blanks, in quotes or not', async () => {
    const client = offering(offer(ROOM, BOB, {}, 2));
    const lines = ['/get #room/2 as my own name.pdf', '/get #room/2 as "my other name.pdf"'];
    const { local } = await scene(lines, { client });
    expect(local.saved).toEqual(['my own name.pdf', 'my other name.pdf']);
  });

  test('F1: a message without a file has none to get', async () => {
    const { complained } = await scene(['/get #room/1', '/get #room/^']);
    expect(complained).toEqual(['! line 2: #room/1 has no file', '! line 3: #room/1 has no file']);
  });

  test('F1: a link is whole where the web address is known', async () => {
    const client = offering(offer(ROOM, BOB, {}, 2));
    client.files.webAddress = 'https://example.org:8443';
    const { shown, asked } = await scene(['/link #room/2'], { client });
    expect(asked).toEqual(['fileLink 3 2']);
    expect(shown.at(-1)).toBe('  https://example.org:8443/files/secret');
    const without = await scene(['/link #room/2'], { client: offering(offer(ROOM, BOB, {}, 2)) });
    expect(without.shown.at(-1)).toBe('  /files/secret');
  });
});

test('F1: without files to work with, the commands say so', async () => {
  const client = offering(offer(WITH_BOB, BOB, {}, 2));
  const { io } = await run(slowly('', '/send #room x', '/accept', '/get @bob/2'), { client });
  expect(new Set(io.complained.map((line) => line.replace(/^! line \d: /, '')))).toEqual(
    new Set(['this program cannot reach files here']),
  );
  expect(client.calls.some((call) => call.startsWith('acceptFile'))).toBe(false);
  expect(fileInfo().answer).toBeUndefined();
});
