import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type Seated, type Talking, Workplace } from './testing/sotto.ts';

setDefaultTimeout(30_000);

const place = new Workplace();
let server: Talking;
let address = '';

beforeAll(async () => {
  server = place.startHere('serve', '127.0.0.1', '0', '--only', 'tls', '--demo', '--data', 'data');
  await server.line('ready');
  address = (await server.line('listening tls')).split(' ').at(-1) ?? '';
});
afterAll(() => place.close());

const ENTER = '\r';
const CONTROL_C = '\u0003';
const CONTROL_Z = '\u001a';

/** Answers each question when it is asked. */
async function answer(
  seat: Seated,
  answers: readonly (readonly [question: string, answer: string])[],
): Promise<void> {
  for (const [question, reply] of answers) {
    await seat.sees(question);
    seat.type(reply + ENTER);
  }
}

describe('somebody at a terminal (C3)', () => {
  test('C3 T18: asks for user, trust and password, does not show the password, and replaces what was typed', async () => {
    const seat = place.sit('chat', '--server', address);
    await answer(seat, [
      ['Trust it from now on? [y/N] ', 'yes'],
      ['User name: ', '12'],
      ['"12" is not a user name', 'alice'],
      ['Log in as alice, or register? [L/r] ', ''],
      ['Password of alice: ', 'p1'],
    ]);
    await seat.sees('* Signed in as alice');
    seat.type(`0: hello${ENTER}`);
    await seat.sees('[#lobby] alice: hello');
    seat.type(`and more${ENTER}`);
    await seat.sees('[#lobby] alice: and more');
    seat.type(CONTROL_C);
    expect(await seat.exited()).toBe(0);
    expect(seat.screen()).not.toContain('p1');
    // Shown when typed, and not again when it comes back.
    expect(seat.screen().split('[#lobby] alice: hello')).toHaveLength(2);
  });

  test('C3 A1: an account can be made on the way', async () => {
    const seat = place.sit('chat', '--server', address, '--user', 'dora');
    await answer(seat, [
      ['Log in as dora, or register? [L/r] ', 'r'],
      ['New password: ', 'secret'],
      ['Once more: ', 'secret'],
    ]);
    await seat.sees('* Signed in as dora, number 4');
    seat.type(`/quit${ENTER}`);
    expect(await seat.exited()).toBe(0);
    expect(seat.screen()).not.toContain('secret');
  });

  test('C3: what arrives does not break into what is being typed', async () => {
    const seat = place.sit('chat', '--server', address, '--user', 'dora');
    await seat.sees('* Signed in as dora');
    seat.type('0: half a sen');
    await seat.sees('half a sen');
    const file = place.file('bob', 'p2\n');
    const bob = ['chat', '--server', address, '--user', 'bob', '--password-file', file];
    await place.runHere(bob, ['0: interrupting']);
    await seat.sees('[#lobby] bob: interrupting');
    seat.type(`tence${ENTER}`);
    await seat.sees('[#lobby] dora: half a sentence');
    seat.type(`logout${ENTER}`);
    expect(await seat.exited()).toBe(0);
  });

  test('T18 C3: a changed server, or none, is said before anybody types a password', async () => {
    const { output } = await place.runHere(['trust', address]);
    await place.runHere(['trust', address, `SHA256:${'00:'.repeat(31)}00`]);
    const changed = place.sit('chat', '--server', address, '--user', 'cam');
    expect(await changed.exited()).toBe(5);
    await place.runHere(['trust', address, output.trim().split(' ')[1] ?? '']);
    const gone = place.sit('chat', '--server', '127.0.0.1:1', '--transport', 'tls');
    expect(await gone.exited()).toBe(3);
    for (const seat of [changed, gone]) expect(seat.screen()).not.toMatch(/User name|Log in/);
  });

  test('C3: Ctrl+Z without a shell to go back to changes nothing', async () => {
    const seat = place.sit('chat', '--server', address, '--user', 'alice');
    await seat.sees('* Signed in as alice');
    seat.type(`0: half ${CONTROL_Z}and half${ENTER}`);
    await seat.sees('[#lobby] alice: half and half');
    seat.type(`/quit${ENTER}`);
    expect(await seat.exited()).toBe(0);
  });

  test('C3: a terminal that is closed ends the program', async () => {
    const seat = place.sit('chat', '--server', address, '--user', 'alice');
    await seat.sees('* Signed in as alice');
    seat.hangUp();
    expect(await seat.exited()).toBe(0);
  });

  test('C3: Ctrl+C at a question leaves', async () => {
    const seat = place.sit('chat', '--server', address);
    await seat.sees('User name: ');
    seat.type(CONTROL_C);
    expect(await seat.exited()).toBe(0);
  });

  test('O2 A6: beyond loopback an empty server prints the code its owner registers with', async () => {
    const open = place.start('serve', '0.0.0.0', '0', '--only', 'tls', '--data', 'open');
    const code = (await open.line('owner code')).split(' ').at(-1) ?? '';
    const port = (await open.line('listening tls')).split(':').at(-1) ?? '';
    const options = [
      '--server',
      `127.0.0.1:${port}`,
      '--trust-first',
      '--password-file',
      place.file('p', 'p\n'),
    ];
    const refused = await place.runHere(['register', 'owner', ...options]);
    expect([refused.code, refused.errors]).toEqual([4, expect.stringContaining('--code')]);
    expect((await place.runHere(['register', 'owner', ...options, '--code', code])).code).toBe(0);
    open.signal('SIGTERM');
    expect((await open.finished()).code).toBe(0);
  });
});
