import { describe, expect, test } from 'bun:test';
import { ErrorCode, NotConnected, SottoError } from '@sotto/client';
import { ALICE, BOB, CAM, FakeClient, LOBBY_ROOM, message, ROOM, WITH_BOB } from '../testing/fake-client.ts';
import { run } from '../testing/run.ts';
import { timeLabel } from './text/words.ts';

/** Input that ends only when the test says so. */
function heldOpen(): { lines: AsyncGenerator<string>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* lines(): AsyncGenerator<string> {
    await promise;
    yield '/quit';
  }
  return { lines: lines(), end: resolve };
}

describe('line client in a pipe (C3)', () => {
  test('C3 M3 M4: shows own messages with their sender once the server has them, then leaves', async () => {
    const { client, io, end } = await run(['0: hello all', '#room: hi']);
    expect(io.printed).toEqual([
      '* Signed in as alice, number 1 over tls.',
      '* Rooms: #lobby #room',
      '[#lobby] alice: hello all',
      '[#room] alice: hi',
    ]);
    expect(client.calls).toContain('flushed');
    expect(end).toEqual({ kind: 'left', reason: undefined, failures: 0 });
  });

  test('C3 M1 M2: says the outcome for each recipient, and counts those who got nothing', async () => {
    const { io, end } = await run(['2,cam,9: hi']);
    expect(io.printed.slice(2)).toEqual(
      expect.arrayContaining([
        '[@bob] alice: hi',
        '[@cam] alice: hi',
        '  -> bob: delivered',
        '  -> cam: queued, offline now',
        '  -> 9: unknown, there is no such user',
      ]),
    );
    expect(end.failures).toBe(1);
  });

  test('M1: strict delivery refuses what cannot be delivered now', async () => {
    const { io, end } = await run(['/strict on', 'cam: hi', '/strict off', 'cam: hi']);
    expect(io.complained).toHaveLength(1);
    expect(io.complained[0]).toStartWith('! line 2: The recipient is offline');
    expect(io.printed).toContain('  -> cam: queued, offline now');
    expect(end.failures).toBe(1);
  });

  test('C3: a line without a target, or that is no command, is an error with its number', async () => {
    const { client, io, end } = await run(['#room: hi', 'and more', '/jion #x']);
    expect(io.complained).toEqual([
      expect.stringContaining('! line 2: to whom?'),
      '! line 3: there is no command "/jion"; /help lists them all',
    ]);
    expect(end.failures).toBe(2);
    expect(client.calls.filter((call) => call.startsWith('send'))).toEqual(['send room hi']);
  });

  test('C3: commands run in order, each after what was sent before it', async () => {
    const { client } = await run(['/create #new --private', '#new: hi', '/add #new bob', '/leave #new']);
    const asked = client.calls.filter((call) => !call.startsWith('markRead'));
    expect(asked).toEqual([
      'createRoom new private',
      'send new hi',
      'addMember new bob',
      'leaveRoom new',
      'flushed',
    ]);
  });

  test('C3 A5: logout ends the session, quit keeps it, and neither reads on', async () => {
    const out = await run(['#room: hi', 'logout', '0: never']);
    expect(out.client.calls.filter((call) => !call.startsWith('markRead'))).toEqual([
      'send room hi',
      'logout',
    ]);
    const quit = await run(['/quit', '0: never']);
    expect(quit.client.calls).toEqual([]);
    expect(quit.end.kind).toBe('left');
  });

  test('M5 M8: lists and history', async () => {
    const { io } = await run(['/rooms', '/who', '/members #room', '/history #room 5', '/history @bob']);
    expect(io.printed).toEqual(
      expect.arrayContaining([
        '1  #lobby  lobby   3 members  joined',
        '3  #room   public  1 member   joined',
        '2  bob    online                      00000000-0000-4000-8000-000000000002',
        '* History of #room:',
        '[#room] bob: earlier',
      ]),
    );
    expect((await run(['/history #nowhere'])).io.complained[0]).toContain('you are not in #nowhere');
  });

  test('C3: an aborted run leaves at once and keeps what is under way', async () => {
    const abort = new AbortController();
    const held = heldOpen();
    const running = run(held.lines, { signal: abort.signal });
    abort.abort();
    expect((await running).end.kind).toBe('left');
    held.end();
  });

  test('A5: a session that was revoked stops the client with its reason', async () => {
    const client = new FakeClient();
    const reason = new SottoError(ErrorCode.SESSION_REVOKED);
    client.push({ kind: 'connection', state: { kind: 'stopped', reason } });
    const held = heldOpen();
    const { end } = await run(held.lines, { client });
    expect(end).toMatchObject({ kind: 'stopped', reason });
    held.end();
  });
});

describe('events for people (C3)', () => {
  async function shown(...events: Parameters<FakeClient['push']>): Promise<readonly string[]> {
    const client = new FakeClient();
    const reason = new SottoError(ErrorCode.SESSION_REVOKED);
    client.push(...events, { kind: 'connection', state: { kind: 'stopped', reason } });
    const held = heldOpen();
    const { io } = await run(held.lines, { client });
    held.end();
    return io.printed.slice(2, -1);
  }

  test('C3: rooms, direct messages, joins', async () => {
    expect(
      await shown(
        { kind: 'message', message: message(ROOM, BOB, 'hi') },
        { kind: 'message', message: message(WITH_BOB, BOB, 'psst') },
        { kind: 'message', message: message(LOBBY_ROOM, CAM, undefined) },
        { kind: 'memberJoined', room: ROOM, sequence: 2 as never, member: CAM },
        { kind: 'memberJoined', room: WITH_BOB, sequence: 2 as never, member: BOB },
        { kind: 'memberLeft', room: ROOM, sequence: 3 as never, member: CAM },
        { kind: 'roomExited', room: ROOM },
      ),
    ).toEqual([
      '[#room] bob: hi',
      '[@bob] bob: psst',
      '[#lobby] cam: (the content is sealed or erased)',
      '* cam joined #room.',
      '* cam left #room.',
      '* You are no longer in #room.',
    ]);
  });

  test('C3 M6: what was said at another time has the time in front, once for what belongs together', async () => {
    const at = (minutes: number, text: string) => {
      const sentAt = new Date(minutes * 60_000);
      return { kind: 'message', message: { ...message(ROOM, BOB, text), sentAt } } as const;
    };
    expect(await shown(at(1, 'now'), at(60, 'later'), at(63, 'and'), at(70, 'then'))).toEqual([
      '[#room] bob: now',
      `* ${timeLabel(new Date(60 * 60_000))}`,
      '[#room] bob: later',
      '[#room] bob: and',
      `* ${timeLabel(new Date(70 * 60_000))}`,
      '[#room] bob: then',
    ]);
  });

  test('C3: text of others cannot act on the terminal or pass for a line of somebody else', async () => {
    const lines = await shown({
      kind: 'message',
      message: message(ROOM, BOB, 'hi\n[#room] alice: I agree\r\n* alice left #room.\u001b[1A\u202e'),
    });
    expect(lines).toEqual([
      '[#room] bob: hi',
      '    [#room] alice: I agree',
      '    * alice left #room.␛[1A<U+202E>',
    ]);
  });

  test('C3: losing the connection and getting it back is said once each', async () => {
    const offline = { kind: 'offline', retryAt: new Date(0), reason: 'lost' } as const;
    expect(
      await shown(
        { kind: 'connection', state: offline },
        { kind: 'connection', state: { kind: 'connecting', attempt: 1 } },
        { kind: 'connection', state: offline },
        { kind: 'connection', state: { kind: 'connecting', attempt: 2 } },
        { kind: 'connection', state: { kind: 'online', transport: 'websocket', resumed: true } },
      ),
    ).toEqual(['* Offline. Connecting again by itself.', '* Back online over websocket.']);
  });

  test('C3 T17: a move to another transport is one quiet line, resuming on the same one is none', async () => {
    const online = (transport: string) =>
      ({ kind: 'connection', state: { kind: 'online', transport, resumed: true } }) as const;
    const connecting = { kind: 'connection', state: { kind: 'connecting', attempt: 1 } } as const;
    // The fake client starts online over TLS.
    const events = [online('tls'), online('udp'), online('udp'), connecting, online('udp'), connecting];
    expect(await shown(...events, online('quic'))).toEqual(['* Now over udp.', '* Now over quic.']);
  });
});

describe('line client in a terminal (C3)', () => {
  test('C3: the typed line is replaced by the message, which is not shown again', async () => {
    const { io } = await run(['#3: hi', 'and more', '2: psst'], { interactive: true });
    expect(io.printed.slice(2)).toEqual([
      expect.stringContaining('/help'),
      '[#room] alice: hi',
      '[#room] alice: and more',
      '[@bob] alice: psst',
      '  -> bob: delivered',
    ]);
    expect(io.prompt).toBe('@bob> ');
  });

  test('C3: text alone goes to the room just made or entered, and nowhere after leaving it', async () => {
    const typed = ['0: hi', '/create #new --private', 'secret', '/leave #new', 'lost'];
    const { client, io } = await run(typed, { interactive: true });
    expect(client.calls.filter((call) => call.startsWith('send '))).toEqual(['send 1 hi', 'send 9 secret']);
    expect(io.prompt).toBe('> ');
    expect(io.complained).toEqual([expect.stringContaining('to whom?')]);
  });

  test('C3: what needs the server says so while offline', async () => {
    const client = new FakeClient();
    client.roster = async () => {
      throw new NotConnected('not connected: offline');
    };
    const { io } = await run(['/who'], { interactive: true, client });
    expect(io.complained).toEqual([
      '! This needs the server, and you are offline. Try again when you are back.',
    ]);
  });

  test('C3: what is typed while offline says that it waits', async () => {
    const client = new FakeClient();
    client.status = { kind: 'offline', retryAt: new Date(0), reason: 'lost' };
    const { io } = await run(['0: later'], { interactive: true, client });
    expect(io.printed.slice(-2)).toEqual(['[#lobby] alice: later', '  -> waits, goes out when you are back']);
  });

  test('T16: status shows what is known of the path, where the transport watches it', async () => {
    const client = new FakeClient();
    const report = await client.serverStatus();
    const path = { roundTripMs: 81.26, loss: 0.0625, windowBytes: 36_000 };
    client.serverStatus = async () => ({ ...report, transport: 'udp', path });
    const { io } = await run(['/status'], { interactive: true, client });
    const row = io.printed.find((line) => line.startsWith('path '));
    expect(row).toMatch(/^path +round trip 81\.3 ms, loss 6\.3 %, window 35 KiB$/);
    const { io: other } = await run(['/status'], { interactive: true });
    expect(other.printed.some((line) => line.startsWith('path '))).toBe(false);
  });

  test('F2: status shows how much room files take and may take, and nothing where that may not be asked', async () => {
    const client = new FakeClient();
    const usage = { usedBytes: 1_200_000, accountMaxBytes: 2_000_000_000, fileMaxBytes: 50_000_000 };
    client.files.usage = usage;
    const row = async () => {
      const { io } = await run(['/status'], { interactive: true, client });
      return io.printed.find((line) => line.startsWith('files '));
    };
    expect(await row()).toMatch(/^files +1\.2 MB of 2 GB, at most 50 MB each$/);
    client.files.usage = { ...usage, accountMaxBytes: undefined, fileMaxBytes: undefined };
    expect(await row()).toMatch(/^files +1\.2 MB$/);
    client.fileUsage = () => Promise.reject(new SottoError(ErrorCode.PERMISSION_DENIED));
    expect(await row()).toBeUndefined();
  });

  test('[PATH-11] T16: status shows since when the path is used, and those before it', async () => {
    const client = new FakeClient();
    const at = (seconds: number) => new Date(2026, 0, 31, 14, 5, 0, seconds * 1_000);
    client.status = { kind: 'online', transport: 'udp', resumed: true };
    client.paths = [
      { transport: 'tls', since: at(1), until: at(1.4), left: 'moved to udp\u001b[2J' },
      { transport: 'udp', since: at(12), until: undefined, left: '' },
    ];
    const { io } = await run(['/status'], { interactive: true, client });
    expect(io.printed).toContain('connection   online over udp since 2026-01-31 14:05:12, resumed');
    const history = io.printed.slice(io.printed.findIndex((line) => line.startsWith('paths')));
    expect(history).toEqual([
      expect.stringMatching(/^paths +2026-01-31 14:05:01 {2}tls {2}0\.4 s +moved to udp␛\[2J$/),
      expect.stringMatching(/^ +2026-01-31 14:05:12 {2}udp {2}\d+ d \d+ h {2}used now$/),
    ]);
  });

  test('[PATH-11] T16: offline, status still tells which paths were used; a long history is cut', async () => {
    const client = new FakeClient();
    client.status = { kind: 'offline', retryAt: new Date(0), reason: 'lost' };
    client.paths = Array.from({ length: 11 }, (_, count) => {
      const since = new Date(2027, 0, 31, 14, 5, count);
      return { transport: 'quic', since, until: new Date(since.getTime() + 12_000), left: `reason ${count}` };
    });
    const { io } = await run(['/status'], { interactive: true, client });
    expect(io.printed.slice(-9)).toEqual([
      expect.stringMatching(/^paths +3 earlier$/),
      ...Array.from({ length: 8 }, (_, count) =>
        expect.stringMatching(new RegExp(`^ +2027-.* {2}quic {2}12 s {2}reason ${count + 3}$`)),
      ),
    ]);
  });

  test('C3: a mistake is shown below what was typed', async () => {
    const { io } = await run(['hello?'], { interactive: true });
    expect(io.printed.at(-1)).toBe('> hello?');
    expect(io.complained[0]).toStartWith('! to whom?');
  });
});

describe('events for programs (C3)', () => {
  test('C3: one JSON object a line, answers with the line they belong to', async () => {
    const { io, end } = await run(['#room: hi', '', 'cam,9: x', 'bad line', '/join #nowhere'], {
      json: true,
    });
    const objects = io.printed.map((line) => JSON.parse(line));
    expect(objects[0]).toMatchObject({
      type: 'started',
      me: { name: 'alice' },
      connection: { state: 'online' },
    });
    const sent = objects.find((object) => object.type === 'sent');
    expect(sent).toEqual({
      type: 'sent',
      line: 1,
      clientMessageId: expect.any(String),
      room: 3,
      sequence: 1,
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(objects.find((object) => object.type === 'message')).toEqual({
      type: 'message',
      room: expect.objectContaining({ number: 3, kind: 'public', name: 'room' }),
      sequence: 1,
      sender: { ...ALICE },
      role: 'member',
      mentionsMe: false,
      sentAt: '1970-01-01T00:00:00.000Z',
      text: 'hi',
      mine: true,
      clientMessageId: sent.clientMessageId,
    });
    expect(objects.find((object) => object.type === 'sentDirect')).toMatchObject({
      line: 3,
      outcomes: [
        { recipient: 'cam', delivery: 'queued' },
        { recipient: 9, delivery: 'unknown' },
      ],
    });
    expect(objects.find((object) => object.type === 'error')).toMatchObject({ line: 4, code: 'USAGE' });
    expect(io.complained).toEqual([]);
    expect(end.failures).toBe(2);
  });

  test('[PATH-11] T16: status carries the paths, online and offline', async () => {
    const client = new FakeClient();
    client.paths = [
      { transport: 'quic', since: new Date(0), until: new Date(1_500), left: 'moved to udp' },
      { transport: 'udp', since: new Date(1_500), until: undefined, left: '' },
    ];
    const paths = [
      {
        transport: 'quic',
        since: '1970-01-01T00:00:00.000Z',
        until: '1970-01-01T00:00:01.500Z',
        left: 'moved to udp',
      },
      { transport: 'udp', since: '1970-01-01T00:00:01.500Z', left: '' },
    ];
    const { io } = await run(['/status'], { json: true, client });
    expect(JSON.parse(io.printed.at(-1) ?? '')).toMatchObject({ type: 'status', line: 1, paths });
    client.status = { kind: 'offline', retryAt: new Date(0), reason: 'lost' };
    const { io: offline } = await run(['/status'], { json: true, client });
    expect(JSON.parse(offline.printed.at(-1) ?? '')).toEqual({
      type: 'statusOffline',
      line: 1,
      connection: { state: 'offline', retryAt: '1970-01-01T00:00:00.000Z', reason: 'lost' },
      outbox: 0,
      paths,
    });
  });

  test('C3: errors of the server come with code and remedy', async () => {
    const { io } = await run(['#nowhere: hi'], { json: true });
    const error = io.printed.map((line) => JSON.parse(line)).find((object) => object.type === 'error');
    expect(error).toEqual({
      type: 'error',
      line: 1,
      code: 'NOT_FOUND',
      message: expect.any(String),
      detail: 'room nowhere',
      remedy: expect.any(String),
      retryAfterMs: 0,
    });
  });
});
