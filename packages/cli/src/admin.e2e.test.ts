/** `sotto admin` beside a running server, as operators use it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type Running, Workplace } from './testing/sotto.ts';

setDefaultTimeout(30_000);
const place = new Workplace();
let server: Running;
let address = '';
beforeAll(async () => {
  server = place.start('serve', '127.0.0.1', '0', '--only', 'tls', '--demo', '--data', 'data');
  address = (await server.line('listening tls')).split(' ').at(-1) ?? '';
  await server.line('ready');
});
afterAll(() => place.close());

const admin = (...words: readonly string[]) => place.runHere(['admin', ...words, '--data', 'data']);

describe('sotto admin (M10)', () => {
  test('A5: recover prints a code that sets a new password for the account', async () => {
    const { output, code } = await place.run(['admin', 'recover', 'cam', '--data', 'data']);
    expect(code).toBe(0);
    const file = place.file('cam.password', 'new\n');
    const options = ['--server', address, '--trust-first', '--password-file', file];
    expect((await place.runHere(['register', 'cam', ...options, '--code', output.trim()])).code).toBe(0);
    expect((await admin('audit')).output).toMatch(/server +recover +3 cam/);
    expect((await place.runHere(['register', 'cam', ...options, '--code', output.trim()])).code).not.toBe(0);
  });

  test('M10: users are suspended, restored, appointed and listed', async () => {
    expect((await admin('suspend', 'bob', '--reason', 'spam')).output).toBe('bob is suspended\n');
    expect((await admin('users')).output).toMatch(/^2 +bob +user +suspended +-/m);
    expect((await admin('restore', '2')).output).toBe('bob may log in\n');
    expect((await admin('administrator', 'bob')).code).toBe(0);
    expect((await admin('users')).output).toMatch(/^2 +bob +administrator +- +-/m);
    expect((await admin('administrator', 'bob', '--remove')).output).toBe('bob is no administrator\n');
    const refused = await admin('suspend', 'alice');
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain("the server's owner");
    const entries = (await admin('audit')).output;
    expect(entries).toMatch(/server +suspend +2 bob +spam/);
    expect(entries.indexOf('dismiss')).toBeLessThan(entries.indexOf('restore'));
  });

  test('[AUDIT-4] M10: the audit log tells of one user, or of one action', async () => {
    await admin('suspend', 'cam');
    const some = (await admin('audit', '--user', 'cam', '--action', 'suspend')).output.trim().split('\n');
    expect(some).toHaveLength(2);
    expect((await admin('audit', '--user', 'nobody')).errors).toContain('there is no user "nobody"');
  });

  test('[ADMIN-4] A6: invite codes are listed without the code, and taken back', async () => {
    const code = (await admin('invite', '--uses', '3')).output.trim();
    const { output } = await admin('invites');
    expect(output).not.toContain(code);
    const [, id = ''] = /^([0-9a-f]{12}) +3 /m.exec(output) ?? [];
    expect((await admin('revoke-invite', id)).output).toBe(`invite ${id} is taken back\n`);
    expect((await admin('invites')).output).not.toContain(id);
    expect((await admin('revoke-invite', id)).errors).toContain('`sotto admin invites` lists them');
    expect((await admin('audit', '--action', 'revokeInvite')).output).toMatch(/server +revokeInvite/);
  });

  test('A8: tokens are printed, second factors reset, rooms and devices listed', async () => {
    const made = await admin('token', 'bob', '--name', 'bot', '--scopes', 'read, write', '--expires', '1h');
    expect(made.output).toMatch(/^sotto_[\w-]{43}\n$/);
    expect((await admin('token', 'bob', '--name', 'bot', '--scopes', 'all')).code).not.toBe(0);
    expect((await admin('token', 'bob', '--name', 'bot')).errors).toContain('--scopes is missing');
    expect((await admin('reset-second-factor', 'bob')).output).toBe('bob has no second factor\n');
    expect((await admin('rooms')).output).toMatch(/^1 +lobby +lobby +3 +- +for ever/m);
    expect((await admin('devices', 'bob')).output).toMatch(/^device +name/);
    expect((await admin('audit', 'lobby')).output).toMatch(/^time +who/);
  });

  test('A8: an account is deleted for ever, but not the owner’s before somebody else is', async () => {
    const refused = await admin('delete-account', 'alice');
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain('sotto admin owner');
    expect((await admin('owner', 'bob')).output).toBe('bob is the owner\n');
    expect((await admin('delete-account', 'alice', '--deleted-accounts', 'erase')).code).toBe(0);
    const { output } = await admin('users');
    expect(output).toMatch(/^2 +bob +owner/m);
    expect(output).not.toContain('alice');
    expect((await admin('restore', 'alice')).errors).toContain('there is no user "alice"');
  });

  test('O2: what it does not do, and what is missing, is said with the way out', async () => {
    for (const [words, said] of [
      [['sack', 'bob'], '"sack" is nothing `sotto admin` does'],
      [['suspend'], 'USER is missing'],
      [['revoke'], 'SESSION is missing'],
      [['audit', 'nowhere'], 'there is no room "nowhere"'],
      [['devices', 'nobody'], 'there is no user "nobody"'],
    ] as const) {
      const { code, errors } = await admin(...words);
      expect(code).not.toBe(0);
      expect(errors).toContain(said);
    }
  });
});
