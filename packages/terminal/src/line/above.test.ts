import { describe, expect, test } from 'bun:test';
import { PassThrough } from 'node:stream';
import { Screen } from '../testing/screen.ts';
import { TerminalIo } from './terminal.ts';

/** Somebody at a terminal of so many columns. */
function seated(columns: number) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const screen = new Screen(columns);
  const io = new TerminalIo(
    { input: input as unknown as NodeJS.ReadStream, output: screen as unknown as NodeJS.WriteStream },
    () => undefined,
  );
  const type = async (keys: string) => {
    input.write(keys);
    // Keys are taken off the stream in turns of their own.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  };
  const show = (...rows: readonly string[]) => io.seat.showAbove(() => rows);
  return { io, screen, type, show };
}

describe('rows above the line that is typed (F1, C3)', () => {
  test('F1: stand there, change, and go, without a trace and without touching what is typed', async () => {
    const { io, screen, type, show } = seated(40);
    await io.print(['* Signed in.']);
    await type('half a');
    show('1 -> a.pdf 10 %');
    expect(screen.lines).toEqual(['* Signed in.', '1 -> a.pdf 10 %', '> half a']);
    await type(' sen');
    show('1 -> a.pdf 20 %', '2 <- b.pdf 5 %');
    expect(screen.lines).toEqual(['* Signed in.', '1 -> a.pdf 20 %', '2 <- b.pdf 5 %', '> half a sen']);
    await type('tence');
    show();
    expect(screen.lines).toEqual(['* Signed in.', '> half a sentence']);
    io.close();
  });

  test('F1: what arrives is printed above them', async () => {
    const { io, screen, type, show } = seated(40);
    show('1 -> a.pdf 10 %');
    await type('typing');
    await io.print(['[#room] bob: one', '[#room] bob: two']);
    expect(screen.lines).toEqual(['[#room] bob: one', '[#room] bob: two', '1 -> a.pdf 10 %', '> typing']);
    io.close();
  });

  test('F1: a line of several rows, with the cursor in its middle, stays as it is', async () => {
    const { io, screen, type, show } = seated(20);
    await io.print(['* Signed in.']);
    await type(`${'abcdefghij'.repeat(4)}\u001b[D\u001b[D`);
    show('1 -> a.pdf 10 %');
    show('1 -> a.pdf 11 %');
    await type('XY');
    expect(screen.lines).toEqual([
      '* Signed in.',
      '1 -> a.pdf 11 %',
      '> abcdefghijabcdefgh',
      'ijabcdefghijabcdefgh',
      'XYij',
    ]);
    show();
    expect(screen.lines.slice(0, 2)).toEqual(['* Signed in.', '> abcdefghijabcdefgh']);
    io.close();
  });

  test('F1: entering a line and a question leave them where they are', async () => {
    const { io, screen, type, show } = seated(40);
    const lines = io.lines[Symbol.asyncIterator]();
    show('1 -> a.pdf 10 %');
    const line = lines.next();
    await type('hello\r');
    expect((await line).value).toEqual({ kind: 'line', text: 'hello' });
    await io.print(['[#room] alice: hello']);
    expect(screen.lines).toEqual(['[#room] alice: hello', '1 -> a.pdf 10 %', '>']);
    const answer = io.seat.questions.ask('Send it? ');
    show('1 -> a.pdf 20 %');
    expect(screen.lines).toEqual(['[#room] alice: hello', '1 -> a.pdf 20 %', 'Send it?']);
    await type('y\r');
    expect(await answer).toBe('y');
    await io.print(['* Sent.']);
    expect(screen.lines).toEqual(['[#room] alice: hello', '* Sent.', '1 -> a.pdf 20 %', '>']);
    io.close();
  });

  test('F1: while a secret is typed nothing is drawn, and afterwards all is', async () => {
    const { io, screen, type, show } = seated(40);
    show('1 -> a.pdf 10 %');
    const answer = io.seat.questions.askSecret('Password: ');
    await type('p1');
    show('1 -> a.pdf 20 %');
    expect(screen.lines).toEqual(['1 -> a.pdf 10 %', 'Password:']);
    await type('\r');
    expect(await answer).toBe('p1');
    show('1 -> a.pdf 30 %');
    expect(screen.lines).toEqual(['1 -> a.pdf 30 %', '>']);
    io.close();
  });

  test('F1: a terminal that is made narrower or wider keeps nothing of the old rows', async () => {
    const { io, screen, type, show } = seated(40);
    await io.print(['* Signed in.']);
    await type('typing');
    show('1 -> a.pdf [##########] 10 % sending');
    screen.resize(24);
    show('1 -> a.pdf 20 %');
    expect(screen.lines).toEqual(['* Signed in.', '1 -> a.pdf 20 %', '> typing']);
    screen.resize(60);
    show('1 -> a.pdf [##########] 30 % sending');
    expect(screen.lines).toEqual(['* Signed in.', '1 -> a.pdf [##########] 30 % sending', '> typing']);
    io.close();
  });

  test('F1: leaving takes them off the screen', async () => {
    const { io, screen, type, show } = seated(40);
    await io.print(['* Signed in.']);
    await type('typing');
    show('1 -> a.pdf 10 %');
    io.close();
    expect(screen.lines).toEqual(['* Signed in.', '']);
  });
});
