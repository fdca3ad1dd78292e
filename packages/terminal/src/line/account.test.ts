import { describe, expect, test } from 'bun:test';
import { invite } from '../testing/fake-areas.ts';
import { BOB, FakeClient, joined, message, ROOM } from '../testing/fake-client.ts';
import { FakeIo } from '../testing/fake-io.ts';
import { run, slowly } from '../testing/run.ts';
import { runLineClient } from './session.ts';
import { TextPresenter } from './text/text.ts';

const client = () => new FakeClient();

async function said(lines: readonly string[], options: Parameters<typeof run>[1] = {}) {
  const { io, client: asked } = await run(lines, options);
  const calls = asked.calls.filter((call) => !/^(markRead|flushed)/.test(call));
  return { shown: io.printed.slice(options?.interactive ? 3 : 2), calls, complained: io.complained, io };
}

describe('rooms and order in them (M10)', () => {
  test('M10: each command asks for what it says', async () => {
    const { calls, complained } = await said([
      '/create #plans announcement What is next',
      '/join 7Q4ZK-M2X9A-0WPD8-A3HJ5',
      '/topic #room What grows',
      '/slow #room 10s',
      '/set #room retention 30d',
      '/invite #room uses:5 role:guest',
      '/invite #room @bob',
      '/uninvite #room 3',
      '/decline #plans',
      '/kick #room bob Please go',
      '/ban #room bob 1d Advertising',
      '/unban #room bob',
      '/mute #room bob',
      '/unmute #room bob',
      '/role #room bob moderator',
      '/admin suspend bob Spam',
      '/admin restore bob',
      '/admin administrator bob off',
      '/admin logout bob',
      '/admin invite 3',
      '/admin users bo',
    ]);
    expect(complained).toEqual([]);
    expect(calls).toEqual(
      [
        'createRoom plans announcement What is next',
        'joinRoom 7Q4ZK-M2X9A-0WPD8-A3HJ5',
        'changeRoom room {"topic":"What grows"}',
        'changeRoom room {"slowModeSeconds":10}',
        'changeRoom room {"retentionDays":30}',
        'makeInvite room 5 guest',
        'inviteMember room bob',
        'revokeInvite room 3',
        'decline plans',
        'kick room bob Please go',
        'ban room bob Advertising',
        'unban room bob',
        'mute room bob ',
        'unmute room bob',
        'role room bob moderator',
        'suspend bob Spam',
        'restore bob',
        'dismiss bob',
        'endSessions bob',
        'issueInvite 3',
        'accounts bo',
      ].map((call) => call.trim()),
    );
  });

  test('A5 M8: what administrators ask for the password with, and what they see', async () => {
    const lines = ['recover bob', 'reset-factor bob', 'delete bob', 'administrator bob on'];
    const asked = await said(
      lines.map((line) => `/admin ${line}`),
      { interactive: true, answers: lines.map(() => 'right') },
    );
    const acts = ['recover', 'resetSecondFactor', 'deleteUser', 'appoint'];
    expect(asked.calls).toEqual(acts.map((act) => `${act} bob right`));
    expect(asked.shown.join('\n')).toContain('bob is an administrator of this server');
    expect(asked.shown.join('\n')).not.toContain('right');
    expect(asked.shown.filter((line) => line.startsWith('  '))).toEqual(['    7Q4ZK-M2X9A-0WPD8-A3HJ5']);
    // Nothing typed is how one thinks better of it.
    expect((await said(['/admin delete bob'], { interactive: true, answers: [''] })).calls).toEqual([]);
    for (const line of ['/admin recover bob', '/admin administrator bob on'])
      expect(await said([line])).toMatchObject({
        complained: [expect.stringContaining('needs a terminal')],
        calls: [],
      });
    const invites = await said(['/admin invites', '/admin uninvite ABABABABABAB', '/admin uninvite cd']);
    expect(invites.shown[0]).toMatch(/^abababababab +2 accounts left/);
    expect(invites.calls).toEqual([`revokeRegistrationInvite ${'ab'.repeat(32)}`]);
    expect(invites.complained[0]).toContain('/admin invites lists them');
    const { shown } = await said(['/admin user bob', '/admin rooms', '/admin limits', '/admin health']);
    const text = shown.join('\n');
    expect(text).toMatch(/suspended .*: spam/);
    expect(text).toContain('udp from 10.0.0.1');
    expect(text).toMatch(/#tea +public +3 members/);
    expect(text).toMatch(/^7 +private +3 members/m);
    expect(text).toContain('1 kB a second, 20 kB at once');
    expect(text).toContain('200 at a time');
    expect(text).toContain('port 5000, 2 sessions, 1 not logged in');
  });

  test('M10: a link is shown once, with how to use it and how to take it back', async () => {
    const { shown } = await said(['/invite #room', '/invites #room', '/invites']);
    expect(shown).toEqual([
      expect.stringMatching(/^\* Whoever has this code may enter #room as member, 5 times, until /),
      '* /join 7Q4ZK-M2X9A-0WPD8-A3HJ5',
      '* It is shown once. /uninvite #room 1 takes it back.',
      '* There are no invite links to #room.',
      '* Nobody asked you into a room.',
    ]);
    const asked = client();
    asked.areas.invites = [invite(3)];
    expect((await said(['/invites #room'], { client: asked })).shown[0]).toMatch(
      /^3 {2}member {2}5 times {2}until .* {2}by alice$/,
    );
  });

  test('M10: commands that name no room mean the one that one is in', async () => {
    const { calls, shown } = await said(['#room: hi', '/topic What grows', '/sanctions', '/members']);
    expect(calls).toEqual(['send room hi', 'changeRoom room {"topic":"What grows"}']);
    expect(shown).toContain('* Nobody is banned or muted in #room.');
    expect((await said(['/topic'])).complained).toEqual([
      '! line 1: in which room? Name it with its #, or a person with an @',
    ]);
  });

  test('M10: what happens to rooms and members is said in one line each', async () => {
    const here = client();
    const deed = { room: ROOM, sequence: 5 as never, by: BOB, at: new Date(0) };
    const member = { ...BOB, name: 'cam' };
    here.push(
      { kind: 'roomChanged', changes: { topic: 'Tea', slowModeSeconds: 90, archived: true }, ...deed },
      { kind: 'memberRoleChanged', member, role: 'admin', ...deed },
      { kind: 'memberKicked', member, reason: 'Too loud', ...deed },
      { kind: 'memberBanned', member, reason: '', until: undefined, ...deed },
      { kind: 'memberUnbanned', member, reason: '', ...deed },
      { kind: 'memberMuted', member, reason: 'Loud', until: new Date(2026, 0, 31, 14, 5), ...deed },
      { kind: 'memberUnmuted', member, reason: '', ...deed },
      { kind: 'invited', invitation: { room: joined(9, 'plans', 'private'), by: BOB, at: new Date(0) } },
      { kind: 'invitationSettled', room: joined(9, 'plans', 'private') },
    );
    const { io } = await run(slowly(''), { client: here });
    expect(io.printed.slice(2)).toEqual([
      '* bob changed #room: slow mode 1 min 30 s, archived, topic Tea',
      '* bob made cam an admin in #room.',
      '* bob kicked cam from #room: Too loud',
      '* bob banned cam from #room.',
      '* bob lets cam into #room again.',
      '* bob muted cam in #room until 2026-01-31 14:05: Loud',
      '* bob lets cam write in #room again.',
      '* bob asks you into #plans: /join #plans or /decline #plans',
    ]);
  });

  test('M10: the audit log comes in pages', async () => {
    const here = client();
    const entry = { id: 4, at: new Date(0), actor: BOB, target: undefined, room: ROOM.number };
    here.areas.audit = { entries: [{ ...entry, action: 'room.changed', detail: 'topic' }], hasMore: true };
    const { shown } = await said(['/audit #room', '/next', '/next'], { client: here });
    expect(shown).toEqual([
      expect.stringMatching(/ {2}bob {2}room\.changed {4}#3 {2}topic$/),
      '* More: /next',
      '* Nothing is on record.',
      '* There is no more.',
    ]);
  });
});

describe('accounts (A5, A8, M9)', () => {
  test('A5: profiles, with the chosen name behind the user name', async () => {
    const here = client();
    here.areas.profile = { ...here.areas.profile, displayName: 'Bobby', about: 'I grow\ntomatoes' };
    here.people = here.people.map((one) => (one.name === 'bob' ? { ...one, displayName: 'alice' } : one));
    const { shown, complained } = await said(
      ['/profile @bob', '/profile status :tea: back soon', '/who', '/profile @dora'],
      {
        client: here,
      },
    );
    expect(shown).toEqual([
      'user   bob, number 2',
      'name   Bobby',
      'about  I grow␊tomatoes',
      'user    alice, number 1, owner, administrator',
      'name    Bobby',
      'about   I grow␊tomatoes',
      'status  🍵 back soon',
      expect.stringMatching(/^1 {2}alice {8}/),
      expect.stringMatching(/^2 {2}bob \(alice\) {2}/),
      expect.stringMatching(/^3 {2}cam {10}/),
    ]);
    expect(complained[0]).toStartWith('! line 4: ');
  });

  test('M9: levels, do-not-disturb and blocks', async () => {
    const { shown, calls } = await said([
      '/notify #room all',
      '/notify @bob',
      '/dnd off',
      '/block bob',
      '/unblock bob',
      '/blocked',
    ]);
    expect(shown).toEqual([
      '* #room: all messages ring.',
      '* @bob: all messages ring in direct messages, mentions elsewhere.',
      '* Do-not-disturb is off.',
      '* Blocked bob.',
      '* bob is not blocked.',
      '* You blocked nobody.',
    ]);
    expect(calls).toEqual(['notify 3 all', 'block bob', 'unblock bob']);
  });

  test('M9: what notifies rings in a terminal, once, and what does not stays quiet', async () => {
    const here = client();
    here.push({ kind: 'message', message: message(ROOM, BOB, 'hi') });
    expect((await said(['/status'], { client: here, interactive: true })).io.rings).toBe(1);
    const quiet = client();
    quiet.areas.notifies = false;
    quiet.push({ kind: 'message', message: message(ROOM, BOB, 'hi') });
    expect((await said(['/status', '#room: mine'], { client: quiet, interactive: true })).io.rings).toBe(0);
  });

  test('A5: devices are listed, named and revoked', async () => {
    const { shown, calls } = await said(['/devices', '/device name 5 my kitchen', '/device revoke 5']);
    expect(shown).toEqual([
      "5  alice's laptop  sotto/1  online  this one",
      '* Device 5 has a new name.',
      '* Device 5 is signed out.',
    ]);
    expect(calls).toEqual(['renameDevice 5 my kitchen', 'revokeDevice 5']);
  });

  test('A8: a second factor shows its secret and a picture of it, and gives recovery codes', async () => {
    const { shown, calls } = await said(['/totp on'], {
      interactive: true,
      answers: ['right', '999999', ' 123456 '],
    });
    expect(shown.slice(0, 2)).toEqual(['> /totp on', 'Your password: ']);
    expect(shown.filter((line) => /[█▀▄]/.test(line)).length).toBeGreaterThan(10);
    expect(shown.slice(-8)).toEqual([
      '* Scan this with your authenticator, or type the secret there:',
      '* JBSWY3DPEHPK3PXP',
      expect.stringMatching(/^Code that it shows/),
      expect.stringMatching(/^! The code is wrong/),
      expect.stringMatching(/^Code that it shows/),
      '* Logging in asks for a code now. Keep these safe; each works once instead:',
      '    one-two',
      '    three-four',
    ]);
    expect(calls).toEqual(['confirm 999999', 'confirm 123456']);
    expect((await said(['/totp on'], { interactive: true, answers: ['wrong'] })).complained[0]).toContain(
      'wrong',
    );
  });

  test('A8: whoever types nothing leaves the second factor and the password as they were', async () => {
    for (const [line, ...answers] of [
      ['/totp on', ''],
      ['/totp on', 'right', ''],
      ['/totp off', ''],
      ['/password', ''],
    ]) {
      const { complained, calls } = await said([line ?? ''], { interactive: true, answers });
      expect([line, complained]).toEqual([line, ['! nothing was changed']]);
      expect(calls).toEqual([]);
    }
  });

  test('A8: passwords are asked for, and never where nobody can be asked', async () => {
    const lines = ['/password', '/totp on', '/totp off', '/token create x read', '/delete-account'];
    const { calls, complained } = await said(lines);
    expect(calls).toEqual([]);
    expect(complained).toEqual(
      lines.map((_, at) => `! line ${at + 1}: this asks for the password, so it needs a terminal`),
    );
    const typed = { interactive: true, answers: ['right', 'new', 'nwe', 'new', 'new', 'right'] };
    const changed = await said(['/password', '/token create weather read write'], typed);
    expect(changed.calls).toEqual(['changePassword new', 'createToken weather read write']);
    expect(changed.shown).toContain('    sotto_secret');
  });

  test('A5: an account is deleted only by its name typed out and the password', async () => {
    const wrong = await said(['/delete-account'], { interactive: true, answers: ['yes', 'right'] });
    expect(wrong.calls).toEqual([]);
    expect(wrong.complained).toEqual(['! that is not your name; nothing was deleted']);
    const right = await said(['/delete-account'], { interactive: true, answers: ['alice', 'right'] });
    expect(right.calls).toEqual(['deleteAccount']);
  });
});

describe('drafts (M9)', () => {
  const draft = (text: string) => ({ room: ROOM.number, thread: undefined, replyTo: undefined, text });

  test('M9: what is half typed when leaving is kept for where it would have gone', async () => {
    const kept = async (typed: string) =>
      (await said(['#room: hi', '/quit'], { interactive: true, typed })).calls.slice(1);
    expect(await kept('half a sen')).toEqual(['draft 3 half a sen']);
    expect(await kept('@bob: half a sen')).toEqual(['draft 4 half a sen']);
    expect(await kept('1,2: half a sen')).toEqual([]);
    expect(await kept('/kick #room bo')).toEqual([]);
    expect(await kept('')).toEqual([]);
  });

  test('M9: it is put into the line at the next start, where the prompt says it goes, and is over once sent', async () => {
    const here = client();
    here.areas.drafts.set(3, draft('half a sen'));
    const { io } = await said([], { client: here, interactive: true });
    expect([io.typed, io.prompt]).toEqual(['half a sen', '#room> ']);
    expect(here.calls).toContain('draft 3 half a sen');
    const sent = client();
    sent.areas.drafts.set(3, draft('half a sen'));
    await run(['half a sentence'], { client: sent, interactive: true });
    expect(sent.calls.slice(0, 2)).toEqual(['send 3 half a sentence', 'draft 3 ']);
  });

  test('M9 C3: a draft of several lines is named, stays where it is, and a pipe touches none', async () => {
    const here = client();
    here.areas.drafts.set(3, draft('one\ntwo'));
    const { io } = await said(['/quit'], { client: here, interactive: true });
    expect([io.typed, io.printed[2]]).toEqual(['', '* Draft in #room: one two']);
    const piped = client();
    piped.areas.drafts.set(3, draft('one'));
    await run([], { client: piped });
    for (const one of [here, piped]) expect(one.calls.filter((call) => call.startsWith('draft'))).toEqual([]);
  });
});

describe('typing (M9)', () => {
  test('M9: the room that the line goes to is told that somebody writes; commands tell nobody', async () => {
    const here = client();
    const lines = async function* (): AsyncGenerator<string> {
      for (const line of ['hal', '/kick #room b', '#room: hal', '@bob: ps', '1,2: x', '']) seat().press(line);
      yield '#room: hi';
      seat().press('and mo');
    };
    const io: FakeIo = new FakeIo(lines(), true);
    const seat = () => io;
    const signal = new AbortController().signal;
    const presenter = new TextPresenter(() => 0, new Date(0));
    await runLineClient({ client: here, events: here.events(signal), io, presenter, signal });
    expect(here.calls.filter((call) => call.startsWith('typing'))).toEqual([
      'typing 3',
      'typing 4',
      'typing 3',
    ]);
  });
});

describe('help (C3)', () => {
  test('C3: a list in groups, and more about one command with examples', async () => {
    const { shown } = await said(['/help', '/help react', '/help /nothing']);
    expect(shown).toContain('* Messages');
    expect(shown.find((line) => line.startsWith('/join'))).toMatch(/^\/join #room\|CODE +Enter a room, by/);
    expect(shown.slice(-6)).toEqual([
      '/react MESSAGE EMOJI',
      '    Add a reaction to a message.',
      '    EMOJI is one, or a name between colons; in a terminal Tab completes names.',
      '    MESSAGE is 12, #room/12 or @bob/12, ^ for the last one, ^^ for the one before, ^alice for her last.',
      '  /react ^ :tada:',
      '  /react 12 👍',
    ]);
    const { complained } = await said(['/help /nothing']);
    expect(complained).toEqual(['! line 1: there is no command "/nothing"; /help lists them all']);
  });
});
