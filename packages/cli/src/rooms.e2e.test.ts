import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { type Seated, type Talking, Workplace } from './testing/sotto.ts';

setDefaultTimeout(30_000);

const place = new Workplace();
let address = '';

beforeAll(async () => {
  const server = place.start('serve', '127.0.0.1', '0', '--only', 'tls', '--demo', '--data', 'data');
  await server.line('ready');
  address = (await server.line('listening tls')).split(' ').at(-1) ?? '';
});
afterAll(() => place.close());

const PASSWORDS = { alice: 'p1', bob: 'p2', cam: 'p3' };
type Name = keyof typeof PASSWORDS;

function options(user: Name): string[] {
  const file = place.file(`${user}.password`, `${PASSWORDS[user]}\n`);
  return [
    'chat',
    '--server',
    address,
    '--transport',
    'tls',
    '--trust-first',
    '--user',
    user,
    '--password-file',
    file,
  ];
}

async function chat(user: Name, ...more: string[]): Promise<Talking> {
  const talking = place.startHere(...options(user), ...more);
  await talking.line(more.includes('--json') ? '"started"' : '* Signed in');
  return talking;
}

const ENTER = '\r';
const TAB = '\t';
const CONTROL_C = '\u0003';

async function sit(user: Name): Promise<Seated> {
  const seat = place.sit(...options(user));
  await seat.sees(`* Signed in as ${user}`);
  return seat;
}

/** RFC 6238, as an authenticator does it. */
function totp(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

describe('rooms people live in, line by line (M9, M10)', () => {
  test('M9 M10 C3: two people say, edit, answer, react, pin, find, and one keeps order', async () => {
    const alice = await chat('alice');
    alice.write('/create #garden');
    await alice.line('You are in #garden');
    alice.write('/invite #garden uses:1');
    const code = (await alice.line('* /join ')).split(' ').at(-1) ?? '';
    const bob = await chat('bob');
    bob.write(`/join ${code}`);
    await bob.line('You are in #garden');
    alice.write('#garden: the tomatos are ripe, @bob');
    expect(await bob.line('tomatos')).toBe('[#garden] alice to you: the tomatos are ripe, @bob');
    alice.write('/edit the tomatoes are ripe, @bob');
    expect(await bob.line('edited')).toMatch(
      /^\* alice edited #garden\/\d+ to you: the tomatoes are ripe, @bob$/,
    );
    bob.write('/react ^alice :tada:');
    expect(await alice.line('reacted')).toMatch(
      /^\* bob reacted 🎉 to #garden\/\d+ \(alice: the tomatoes are ripe, @bob\)$/,
    );
    bob.write('/reply ^alice at last');
    await alice.line('[#garden] bob: at last');
    expect(alice.printed()).toContain('  > alice: the tomatoes are ripe, @bob\n[#garden] bob: at last\n');
    alice.write('/pin #garden/^alice');
    await bob.line('* alice pinned');
    bob.write('/search tomato in:#garden');
    expect(await bob.line('pinned: the')).toMatch(
      /^\[#garden\/\d+\] alice to you, edited, pinned: the tomatoes/,
    );
    bob.write('/kick #garden alice');
    alice.write('/mute #garden bob 10m Too loud');
    expect(await bob.line('muted')).toMatch(/^\* alice muted bob in #garden until \S+ \S+: Too loud$/);
    bob.write('#garden: hmpf');
    alice.write('/delete #garden/^alice');
    await bob.line('* alice deleted');
    alice.write('/ban #garden bob');
    await bob.line('* You are no longer in #garden.');
    alice.write('/audit #garden');
    await alice.line('member.banned');
    bob.end();
    alice.end();
    const { code: exit, errors } = await bob.finished();
    expect(exit).toBe(1);
    expect(errors).toMatch(/^! line \d+: Your role does not allow this/m);
    expect(errors).toMatch(/^! line \d+: .*muted/im);
    expect((await alice.finished()).code).toBe(0);
  });

  test('M9 C3: programs get the same as fields', async () => {
    const cam = await chat('cam', '--json');
    cam.write('/create #bots private');
    await cam.line('"created"');
    cam.write('#bots: helo');
    const sent = JSON.parse(await cam.line('"sent"'));
    cam.write('/edit hello');
    const edited = JSON.parse(await cam.line('"messageEdited"'));
    expect(edited).toMatchObject({ target: sent.sequence, text: 'hello', by: { name: 'cam' } });
    cam.write('/history #bots');
    const history = JSON.parse(await cam.line('"history"'));
    expect(history.events.at(-1)).toMatchObject({ type: 'message', text: 'hello', edited: { times: 1 } });
    cam.write('/password');
    expect(JSON.parse(await cam.line('"error"'))).toMatchObject({ code: 'USAGE' });
    cam.end();
    await cam.finished();
  });
});

describe('at a terminal (M9, A8)', () => {
  test('M9 C3: Tab completes; a line half typed when leaving is there at the next start', async () => {
    const seat = await sit('bob');
    seat.type(`#lob${TAB}half `);
    await seat.sees('#lobby: half ');
    seat.type(`a sen${CONTROL_C}`);
    expect(await seat.exited()).toBe(0);
    const again = await sit('bob');
    await again.sees('half a sen');
    again.type(`tence${ENTER}`);
    await again.sees('[#lobby] bob: half a sentence');
    again.type(`/hel${TAB}reacti${TAB}${ENTER}`);
    await again.sees('Show who reacted to a message.');
    again.type(`/quit${ENTER}`);
    expect(await again.exited()).toBe(0);
  });

  test('A8: a second factor is set up, its code asked for at the next login; no password is ever shown', async () => {
    const seat = await sit('cam');
    seat.type(`/totp on${ENTER}`);
    await seat.sees('Your password: ');
    seat.type(`p3${ENTER}`);
    await seat.sees('Code that it shows');
    const secret = /^\* ([A-Z2-7]{16,})\s*$/m.exec(seat.screen())?.[1] ?? '';
    seat.type(totp(secret) + ENTER);
    await seat.sees('each works once instead');
    const codes = [...seat.screen().matchAll(/^ {4}(\w+-\S+)\s*$/gm)].map((match) => match[1] ?? '');
    seat.type(`logout${ENTER}`);
    expect(await seat.exited()).toBe(0);
    expect(seat.screen()).not.toContain('p3');

    const refused = await place.runHere(options('cam'));
    expect([refused.code, refused.errors]).toEqual([4, expect.stringContaining('--code')]);
    const asked = place.sit(...options('cam'));
    await asked.sees('Code of your authenticator, or a recovery code: ');
    asked.type(codes[0] + ENTER);
    await asked.sees('* Signed in as cam');
    asked.type(`logout${ENTER}`);
    expect(await asked.exited()).toBe(0);
    const given = await place.runHere([...options('cam'), '--code', codes[1] ?? '']);
    expect(given).toMatchObject({ code: 0, output: expect.stringContaining('* Signed in as cam') });
  });

  test('A5: who got a new password from an administrator logs in with it, where an ended session is kept', async () => {
    const recovered = await place.runHere(['admin', 'recover', 'bob', '--data', 'data']);
    expect([recovered.code, recovered.errors]).toEqual([0, '']);
    const code = recovered.output.trim();
    const file = place.file('bob.password', 'new\n');
    const at = ['--server', address, '--transport', 'tls', '--trust-first', '--password-file', file];
    const registered = await place.runHere(['register', 'bob', ...at, '--code', code]);
    expect([registered.code, registered.errors]).toEqual([0, '']);
    const { code: exit, output } = await place.runHere(['chat', ...at, '--user', 'bob'], ['/status']);
    expect([exit, output]).toEqual([0, expect.stringMatching(/^user +bob, number 2$/m)]);
  });

  test('A8: a token made at a terminal logs a program in', async () => {
    const seat = await sit('alice');
    seat.type(`/token create weather read${ENTER}`);
    await seat.sees('Your password: ');
    seat.type(`p1${ENTER}`);
    await seat.sees('* Token ');
    const token = () => /^ {4}(\S{20,})\s*$/m.exec(seat.screen())?.[1];
    await seat.sees('    ');
    seat.type(`/quit${ENTER}`);
    expect(await seat.exited()).toBe(0);
    const bot = new Workplace();
    try {
      const at = ['chat', '--server', address, '--transport', 'tls', '--trust-first', '--user', 'alice'];
      const { code, output, errors } = await bot.runHere(
        [...at, '--token', token() ?? ''],
        ['/rooms', '0: may I?'],
      );
      expect(output).toContain('* Signed in as alice');
      expect(errors).toMatch(/line 2: .*token/i);
      expect(code).toBe(1);
    } finally {
      await bot.close();
    }
  });
});
