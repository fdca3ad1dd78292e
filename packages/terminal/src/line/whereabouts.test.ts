import { describe, expect, test } from 'bun:test';
import { FakeClient, joined, ROOM } from '../testing/fake-client.ts';
import { FakeIo } from '../testing/fake-io.ts';
import { run, slowly } from '../testing/run.ts';
import { Patience } from './patience.ts';
import { runLineClient } from './session.ts';
import { TextPresenter } from './text/text.ts';

const prompt = async (lines: readonly string[], client = new FakeClient()) =>
  (await run(slowly(...lines), { interactive: true, client })).io.prompt;

describe('where one is (C3)', () => {
  test('C3: what reached nobody does not become the place to write in', async () => {
    expect(await prompt(['bob: hi'])).toBe('@bob> ');
    expect(await prompt(['nobody: hi'])).toBe('> ');
    expect(await prompt(['#nowhere: hi'])).toBe('> ');
    expect(await prompt(['nobody,bob: hi'])).toBe('@nobody,@bob> ');
  });

  test('M10: whoever is put out of a room does not go on writing there', async () => {
    const client = new FakeClient();
    async function* lines() {
      yield* slowly('#room: hi');
      client.push({ kind: 'roomExited', room: joined(9, 'plans') });
      yield* slowly('still here');
      client.push({ kind: 'roomExited', room: ROOM });
      yield* slowly('');
    }
    const { io } = await run(lines(), { interactive: true, client });
    expect(client.calls.filter((call) => call.startsWith('send'))).toEqual([
      'send room hi',
      'send room still here',
    ]);
    expect(io.prompt).toBe('> ');
  });

  test('M10: the topic is shown to whoever makes or enters a room, and by /topic alone', async () => {
    const client = new FakeClient();
    client.topic = 'What\u001b grows';
    const details = await client.room('room');
    client.room = async () => details;
    const { io } = await run(['/join #room', '/topic #room', '/create #plans What next', '/create #empty'], {
      client,
    });
    expect(io.printed.slice(2)).toEqual([
      expect.stringMatching(/^\* You are in #room now/),
      '* Topic: What␛ grows',
      '* Topic of #room: What␛ grows',
      expect.stringMatching(/^\* You are in #plans now/),
      '* Topic: What next',
      expect.stringMatching(/^\* You are in #empty now/),
    ]);
    const bare = new FakeClient();
    bare.topic = '';
    expect((await run(['/topic #room'], { client: bare })).io.printed.at(-1)).toBe('* #room has no topic.');
  });

  test('M10: who may not read the topic enters all the same', async () => {
    const client = new FakeClient();
    client.room = () => Promise.reject(new Error('no'));
    const { io, end } = await run(['/join #room'], { client });
    expect(end.failures).toBe(0);
    expect(io.printed.at(-1)).toMatch(/^\* You are in #room now/);
  });

  test('A5: one who logs out is told that, and not that somebody ended the session', async () => {
    const ended = { kind: 'connection', state: { kind: 'stopped', reason: new Error('ended') } } as const;
    const around = { numbers: false, isBlocked: () => false, find: () => undefined };
    const presenter = new TextPresenter(() => 0);
    expect(presenter.event(ended, { ...around, loggingOut: true })).toEqual(['* Signed out.']);
    expect(presenter.event(ended, { ...around, loggingOut: false })).toEqual(['* Stopped. ended']);
  });
});

describe('the end (A5)', () => {
  test('A5: whoever deletes the account is told that it is deleted, though that ends the session', async () => {
    const client = new FakeClient();
    const account = client.account;
    const deleted = Promise.withResolvers<void>();
    Object.defineProperty(client, 'account', {
      value: { ...account, delete: () => deleted.promise },
    });
    async function* lines() {
      yield* slowly('/delete-account');
      await new Promise(() => undefined);
    }
    setTimeout(() => {
      client.push({ kind: 'connection', state: { kind: 'stopped', reason: undefined } });
      setTimeout(() => deleted.resolve(), 5);
    }, 5);
    const { io } = await run(lines(), { interactive: true, client, answers: ['alice', 'right'] });
    expect(io.printed.at(-1)).toBe('* Your account is deleted.');
  });

  test('M10: who asks to leave the lobby is told that nobody does', async () => {
    const { io, client } = await run(['/leave #lobby', '/leave 1']);
    const told = 'everybody is in the lobby, and nobody leaves it';
    expect(io.complained).toEqual([`! line 1: ${told}`, `! line 2: ${told}`]);
    expect(client.calls.filter((call) => call.startsWith('leave'))).toEqual([]);
  });

  test('M10: nobody is listed as a member of the lobby, where everybody is', async () => {
    const client = new FakeClient();
    client.members = async () => [];
    expect((await run(['/members #lobby'], { client })).io.printed.at(-1)).toBe(
      '* Everybody is in the lobby; /who lists them.',
    );
  });

  test('M9: a long text that is pasted is not looked at with each key', async () => {
    const client = new FakeClient();
    async function* lines() {
      yield '#room: hi';
      for (let length = 1; length <= 2_000; length++) io.press('x'.repeat(length));
    }
    const io = new FakeIo(lines(), true);
    const { signal } = new AbortController();
    await runLineClient({
      client,
      events: client.events(signal),
      io,
      presenter: new TextPresenter(() => 0),
      signal,
    });
    const told = client.calls.filter((call) => call.startsWith('typing')).length;
    expect(told).toBeGreaterThanOrEqual(500);
    expect(told).toBeLessThan(2_000);
  });
});

describe('messages that wait (M10)', () => {
  test('M10: a message that slow mode holds back says so, once for all that wait', async () => {
    const client = new FakeClient();
    const details = await client.room('room');
    client.room = async () => ({ ...details, settings: { ...details.settings, slowModeSeconds: 90 } });
    const told: string[] = [];
    const first = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<string>();
    const patience = new Patience(
      client,
      async (line) => {
        told.push(line);
        waiting.resolve(line);
      },
      0,
    );
    const all = [1, 2].map(() => patience.watch(first.promise, { kind: 'room', room: 'room' }));
    expect(await waiting.promise).toBe(
      '  -> waits: slow mode, a message every 1 min 30 s; goes out by itself',
    );
    first.resolve();
    await Promise.all(all);
    expect(told.length).toBe(1);
  });

  test('M10: what is taken at once says nothing', async () => {
    const told: string[] = [];
    const patience = new Patience(new FakeClient(), async (line) => void told.push(line), 0);
    expect(await patience.watch(Promise.resolve(7), { kind: 'room', room: 'room' })).toBe(7);
    await Bun.sleep(5);
    expect(told).toEqual([]);
  });
});
