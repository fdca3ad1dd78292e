import { describe, expect, test } from 'bun:test';
import { ErrorCode, SottoError } from '@sotto/client';
import { BOB, FakeClient, offer, ROOM } from '../testing/fake-client.ts';
import { FakeLocalFiles } from '../testing/fake-local-files.ts';
import { FILES, offering, scene } from '../testing/file-scene.ts';
import type { KeptUpload } from './files/local.ts';

describe('files on their way (F1, C3)', () => {
  const progress = { totalBytes: 100, bytesPerSecond: 10, remainingMs: 5_000 };
  const stuck = () => {
    const client = new FakeClient();
    client.files.until = new Promise(() => undefined);
    client.files.progress = [{ phase: 'moving', doneBytes: 50, ...progress }];
    return client;
  };

  test('F1: are shown above the line that is typed, listed, and called off', async () => {
    const client = stuck();
    const seen: (readonly string[])[] = [];
    const files = (one: FakeClient) => new FakeLocalFiles(one, FILES);
    const { shown, io, local } = await scene(
      ['/send #room /home/report.pdf', '/transfers', '/cancel', '/transfers'],
      {
        client,
        files,
        interactive: true,
      },
    );
    seen.push(io.above);
    expect(shown).toContain(
      '  1  report.pdf to #room  sending, 50 %, 50 bytes of 100 bytes, 10 bytes/s, 5 s left',
    );
    expect(shown).toContain('* Called off: report.pdf to #room.');
    expect(shown.at(-1)).toBe('* No file is on its way.');
    expect(io.above).toEqual([]);
    expect(local.journal).toEqual([]);
  });

  test('F1: which one is to be called off has to be clear', async () => {
    const lines = [
      '/cancel',
      '/send #room /home/report.pdf',
      '/send @bob /home/report.pdf',
      '/cancel',
      '/cancel 7',
    ];
    const { complained } = await scene([...lines, '/cancel 1', '/cancel 2'], { client: stuck() });
    expect(complained).toEqual([
      '! line 2: no file is on its way',
      '! line 5: several files are on their way; /transfers shows their numbers',
      '! line 6: no file with number 7 is on its way; /transfers lists them',
    ]);
  });

  test('F1: an upload whose message goes out already is not called off', async () => {
    const client = stuck();
    client.files.progress = [{ phase: 'finishing', doneBytes: 100, ...progress }];
    const { complained } = await scene(['/send #room /home/report.pdf', '/cancel', '/quit'], { client });
    expect(complained).toEqual([
      '! line 3: it is too late: its message goes out; /delete it when it is there',
    ]);
  });

  test('F1: programs are told of every step, a few times a second', async () => {
    const client = new FakeClient();
    client.files.progress = Array.from({ length: 50 }, (_, done) => ({
      phase: 'moving' as const,
      doneBytes: done,
      ...progress,
    }));
    const { io } = await scene(['/send #room /home/report.pdf'], { client, json: true });
    const told = io.printed.map((line) => JSON.parse(line)).filter(({ type }) => type === 'transfer');
    expect(told.map(({ state }) => state)).toEqual(['started', 'progress', 'sent']);
    expect(told[1]).toEqual({
      type: 'transfer',
      state: 'progress',
      line: 2,
      number: 1,
      direction: 'send',
      name: 'report.pdf',
      where: '#room',
      progress: { phase: 'moving', doneBytes: 0, ...progress },
    });
    expect(told[2].sent).toMatchObject({ room: 3, sequence: 1 });
  });

  test('F1: a thumbnail is base64 for programs', async () => {
    const thumbnail = new Uint8Array([1, 2, 3]);
    const client = offering(offer(ROOM, BOB, { preview: { thumbnail } }, 2));
    const { io } = await scene([], { client, json: true });
    const message = io.printed.map((line) => JSON.parse(line)).find(({ type }) => type === 'message');
    expect(message.file.preview.thumbnail).toBe('AQID');
  });
});

describe('uploads of an earlier run (F4, C3)', () => {
  const kept = (changes: Partial<KeptUpload> = {}): KeptUpload => ({
    path: '/home/report.pdf',
    sizeBytes: 3,
    modifiedMs: 1_000,
    target: { kind: 'room', room: ROOM.number },
    strict: false,
    text: 'for you',
    clientMessageId: 'ab'.repeat(16),
    ...changes,
  });
  const having =
    (...uploads: readonly KeptUpload[]) =>
    (client: FakeClient) => {
      const files = new FakeLocalFiles(client, FILES);
      files.journal.push(...uploads);
      return files;
    };

  test('F4: are gone on with by themselves, under the same message id', async () => {
    const client = new FakeClient();
    client.files.progress = [
      { phase: 'hashing', doneBytes: 1, totalBytes: 3, bytesPerSecond: 0, remainingMs: undefined },
      { phase: 'moving', doneBytes: 34, totalBytes: 100, bytesPerSecond: 0, remainingMs: undefined },
      { phase: 'moving', doneBytes: 35, totalBytes: 100, bytesPerSecond: 0, remainingMs: undefined },
    ];
    const { io, asked, local } = await scene([], { client, files: having(kept()) });
    expect(asked).toEqual(['sendFile 3 report.pdf for you']);
    expect(client.files.sent[0]?.options.clientMessageId).toBe('ab'.repeat(16));
    expect(io.printed.filter((line) => line.includes('Going on'))).toEqual([
      '* Going on with report.pdf to #room, 34 %.',
    ]);
    expect(local.journal).toEqual([]);
  });

  test.each([
    [
      { modifiedMs: 999 },
      '* Not gone on with report.pdf to #room: it has changed since. Send it again if you like.',
    ],
    [
      { sizeBytes: 4 },
      '* Not gone on with report.pdf to #room: it has changed since. Send it again if you like.',
    ],
    [
      { path: '/home/gone.pdf' },
      '* Not gone on with gone.pdf to #room: it is not there; check the path. Send it again if you like.',
    ],
  ])('F4: %j is another file, and is not sent', async (changes, line) => {
    const { io, asked, local } = await scene([], { files: having(kept(changes)) });
    expect(io.printed).toContain(line);
    expect(asked).toEqual([]);
    expect(local.journal).toEqual([]);
  });

  test('F4: leaving, and the end of the session, keep what is on its way; logging out does not', async () => {
    const stuck = () => {
      const client = new FakeClient();
      client.files.until = new Promise(() => undefined);
      return client;
    };
    const lines = ['/send #room /home/report.pdf'];
    const left = await scene([...lines, '/quit'], { client: stuck(), interactive: true });
    expect(left.local.journal).toMatchObject([
      { path: '/home/report.pdf', target: { kind: 'room', room: 3 } },
    ]);
    const client = stuck();
    client.files.until = Promise.reject(new SottoError(ErrorCode.SESSION_REVOKED));
    client.sendFile = async (...of) => {
      client.status = { kind: 'stopped', reason: undefined };
      return FakeClient.prototype.sendFile.apply(client, of);
    };
    const ended = await scene(lines, { client });
    expect(ended.local.journal).toHaveLength(1);
    expect(ended.complained).toEqual([]);
    const out = await scene([...lines, '/logout'], { client: stuck(), interactive: true });
    expect(out.local.journal).toEqual([]);
    expect(out.asked.at(-1)).toBe('logout');
  });
});
