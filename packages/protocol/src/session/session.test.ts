import { describe, expect, test } from 'bun:test';
import { ChannelBinding, ErrorCode, FrameType, Registration } from '@sotto/schema';
import { decode, encode } from '../codec.ts';
import { OUTSTANDING_REQUESTS_MAX } from '../constants.ts';
import { SottoError } from '../errors.ts';
import { encodeFrame, readHeader } from '../frame.ts';
import { frameName } from '../registry.ts';
import { mutate, seeded } from '../testing/mutate.ts';
import { ClientSession, type ClientStep } from './client.ts';
import { ServerSession, type ServerStep } from './server.ts';

const EMPTY = new Uint8Array(0);
const GRANT = {
  sessionId: 's',
  token: EMPTY,
  device: 1,
  generation: 1,
  confirmation: EMPTY,
  logIncarnation: 'log',
};

function newServer(versions = [1], now = 0): ServerSession {
  const welcome = {
    agent: 'sotto/test',
    certificateSha256: EMPTY,
    nonce: new Uint8Array(32),
    registration: Registration.OPEN,
  };
  return new ServerSession({ versions, welcome, now });
}

const newClient = (versions = [1]): ClientSession => new ClientSession({ versions, now: 0 });
const HELLO = { agent: 'test', binding: ChannelBinding.UNSPECIFIED };

function bytesOf(step: ServerStep | ClientStep): Uint8Array {
  if ((step.kind === 'transmit' || step.kind === 'close') && step.bytes !== undefined) return step.bytes;
  throw new Error(`nothing to send in a step of kind ${step.kind}`);
}

/** Name of the frame in the step, and the error code where it carries one. */
function answerOf(step: ServerStep): [string | undefined, ErrorCode | undefined] {
  const frame = bytesOf(step);
  const name = frameName(readHeader(frame).type);
  if (name === 'error' || name === 'close') return [name, decode(name, frame).code];
  return [name, undefined];
}

function negotiated(): { server: ServerSession; client: ClientSession } {
  const server = newServer();
  const client = newClient();
  client.receive(bytesOf(server.receive(client.hello(HELLO).bytes, 0)), 0);
  return { server, client };
}

function loggedIn(): { server: ServerSession; client: ClientSession } {
  const { server, client } = negotiated();
  const { bytes } = client.request('resume', { token: EMPTY, signature: EMPTY }, 0);
  const step = server.receive(bytes, 0);
  if (step.kind !== 'request' || step.request.name !== 'resume') throw new Error('no resume');
  server.granted();
  client.receive(server.answer(step.request, GRANT, 0).bytes, 0);
  return { server, client };
}

describe('negotiation', () => {
  test('[VERSION-1] [FRAME-2] Hello and Welcome carry version 0, later frames the agreed one (T8)', () => {
    const server = newServer([1, 2]);
    const client = newClient([2, 1]);
    const hello = client.hello(HELLO);
    const welcome = bytesOf(server.receive(hello.bytes, 0));
    expect([readHeader(hello.bytes).version, readHeader(welcome).version]).toEqual([0, 0]);
    expect(client.receive(welcome, 0).kind).toBe('welcome');
    expect([server.state, client.state, server.version]).toEqual(['CONNECTED', 'CONNECTED', 2]);
    const later = client.request('ping', { sentAtMs: 0 }, 0);
    expect(readHeader(later.bytes).version).toBe(2);
    expect(server.transcript).toEqual(client.transcript);
  });

  test('[VERSION-2] no common version is told to the client and closes', () => {
    const server = newServer([7]);
    const client = newClient([1]);
    const step = server.receive(client.hello(HELLO).bytes, 0);
    expect(answerOf(step)).toEqual(['close', ErrorCode.NO_COMMON_VERSION]);
    expect(server.state).toBe('DISCONNECTING');
    const told = client.receive(bytesOf(step), 0);
    expect(told.kind === 'close' && told.error.detail).toContain('this side speaks 7');
  });

  test('[VERSION-3] a client list cut on the way gives different transcripts, a server list is noticed at once', () => {
    const client = newClient([1, 2]);
    const tampered = encode(0, 'hello', 1, { ...HELLO, versions: [1] });
    const server = newServer([1, 2]);
    client.hello(HELLO);
    const welcome = bytesOf(server.receive(tampered, 0));
    const step = client.receive(welcome, 0);
    expect(step.kind === 'close' && step.error.code).toBe(ErrorCode.DOWNGRADE_DETECTED);

    const trusting = newClient([1]);
    const other = newServer([1]);
    trusting.hello(HELLO);
    trusting.receive(
      bytesOf(other.receive(encode(0, 'hello', 1, { ...HELLO, versions: [1], agent: 'x' }), 0)),
      0,
    );
    expect(trusting.transcript).not.toEqual(other.transcript);
  });

  test('[VERSION-4] a connection that says nothing is closed after 10 s', () => {
    const server = newServer();
    expect(server.deadline).toBe(10_000);
    expect(server.advance(9_999).kind).toBe('nothing');
    expect(answerOf(server.advance(10_000))).toEqual(['close', ErrorCode.IDLE_TIMEOUT]);
    expect(server.advance(20_000).kind).toBe('nothing');
  });

  test('[FRAME-2] a frame of another version than agreed closes with WRONG_VERSION', () => {
    const { server } = loggedIn();
    const step = server.receive(encode(3, 'listRooms', 1, {}), 0);
    expect(answerOf(step)).toEqual(['close', ErrorCode.WRONG_VERSION]);
  });
});

describe('frames out of place (T9)', () => {
  test('[STATE-2] a frame its state does not allow is answered and not processed', () => {
    const { server } = negotiated();
    const step = server.receive(encode(1, 'sendMessage', 5, {}), 0);
    expect(answerOf(step)).toEqual(['error', ErrorCode.NOT_ALLOWED_IN_STATE]);
    expect(readHeader(bytesOf(step)).requestId).toBe(5);
    expect(server.state).toBe('CONNECTED');
  });

  test('[STATE-2] a second Hello, and logging in twice, are refused', () => {
    const { server } = loggedIn();
    for (const name of ['loginStart', 'resume'] as const) {
      expect(answerOf(server.receive(encode(1, name, 5, {}), 0))).toEqual([
        'error',
        ErrorCode.NOT_ALLOWED_IN_STATE,
      ]);
    }
    expect(answerOf(server.receive(encode(1, 'hello', 5, {}), 0))).toEqual([
      'error',
      ErrorCode.NOT_ALLOWED_IN_STATE,
    ]);
  });

  test('[STATE-3] before a version is agreed a fault closes; afterwards the connection goes on', () => {
    const fresh = newServer();
    expect(answerOf(fresh.receive(encode(0, 'ping', 1, {}), 0))).toEqual([
      'close',
      ErrorCode.NOT_ALLOWED_IN_STATE,
    ]);
    const { server } = loggedIn();
    expect(
      answerOf(server.receive(encodeFrame({ version: 1, type: 222, lane: 0, requestId: 9 }, EMPTY), 0)),
    ).toEqual(['error', ErrorCode.UNKNOWN_TYPE]);
    expect(server.state).toBe('AUTHENTICATED');
  });

  test('[FRAME-3] unknown type, wrong direction, wrong lane, unreadable body: an error, and the connection stays', () => {
    const { server } = loggedIn();
    const frame = (type: number, lane: number, body = EMPTY) =>
      encodeFrame({ version: 1, type, lane, requestId: 4 }, body);
    const cases: [Uint8Array, ErrorCode][] = [
      [frame(200, 0), ErrorCode.UNKNOWN_TYPE],
      [frame(FrameType.EVENT, 1), ErrorCode.NOT_ALLOWED_IN_STATE],
      [frame(FrameType.SEND_MESSAGE, 0), ErrorCode.MALFORMED_FRAME],
      [frame(FrameType.LIST_ROOMS, 0, Uint8Array.of(0xff)), ErrorCode.MALFORMED_FRAME],
    ];
    for (const [bytes, code] of cases) expect(answerOf(server.receive(bytes, 0))).toEqual(['error', code]);
    expect(server.receive(encode(1, 'listRooms', 8, {}), 0).kind).toBe('request');
  });
});

describe('requests', () => {
  test('[REQUEST-1] [REQUEST-2] replies find their request in any order; a reply to nothing closes', () => {
    const { server, client } = loggedIn();
    const first = server.receive(client.request('listRooms', {}, 0).bytes, 0);
    const second = server.receive(client.request('readRoster', {}, 0).bytes, 0);
    if (first.kind !== 'request' || first.request.name !== 'listRooms') throw new Error('first');
    if (second.kind !== 'request' || second.request.name !== 'readRoster') throw new Error('second');
    const refused = client.receive(
      server.refuse(second.request, new SottoError(ErrorCode.NOT_FOUND, 'x', 5)).bytes,
      0,
    );
    expect(refused.kind === 'refused' && [refused.requestId, refused.error.retryAfterMs]).toEqual([
      second.request.requestId,
      5,
    ]);
    const reply = server.answer(first.request, { more: true }, 0).bytes;
    const step = client.receive(reply, 0);
    expect(step.kind === 'reply' && [step.requestId, step.name]).toEqual([
      first.request.requestId,
      'roomList',
    ]);
    expect(client.outstanding).toBe(0);
    expect(client.receive(reply, 0).kind).toBe('close');
  });

  test('[REQUEST-1] an answer that cannot be encoded leaves its request open, to be refused once', () => {
    const { server, client } = loggedIn();
    const step = server.receive(client.request('sendMessage', { room: 1 }, 0).bytes, 0);
    if (step.kind !== 'request' || step.request.name !== 'sendMessage') throw new Error('no request');
    const { request } = step;
    expect(() => server.answer(request, { sequence: -1 }, 0)).toThrow();
    server.refuse(request, new SottoError(ErrorCode.INTERNAL));
    expect([server.outstanding, server.state]).toEqual([0, 'AUTHENTICATED']);
  });

  test('[REQUEST-2] what the server sends of its own accord is a push; an error for nothing in particular closes', () => {
    const { server, client } = loggedIn();
    expect(client.receive(server.push('event', { stream: 4, sequence: 1 }).bytes, 0).kind).toBe('push');
    const step = client.receive(encode(1, 'error', 0, { code: ErrorCode.MALFORMED_FRAME }), 0);
    expect(step.kind).toBe('close');
  });

  test('[REQUEST-3] only so many requests wait for an answer', () => {
    const { server } = loggedIn();
    for (let id = 1; id <= OUTSTANDING_REQUESTS_MAX; id++) {
      expect(server.receive(encode(1, 'listRooms', id, {}), 0).kind).toBe('request');
    }
    expect(answerOf(server.receive(encode(1, 'listRooms', 99_999, {}), 0))).toEqual([
      'error',
      ErrorCode.TOO_MANY_OUTSTANDING,
    ]);
  });

  test('[REQUEST-3] [KEEP-2] a client whose requests all wait still pings, which answers itself', () => {
    const { client } = loggedIn();
    for (let count = 0; count < OUTSTANDING_REQUESTS_MAX; count++) client.request('listRooms', {}, 0);
    expect(() => client.request('listRooms', {}, 0)).toThrow(SottoError);
    expect(client.advance(client.deadline).kind).toBe('transmit');
  });

  test('[STATE-1] sending is a state of its own, from the first message to the last answer', () => {
    const { server, client } = loggedIn();
    const requests = [1, 2].map(() => {
      const step = server.receive(client.request('sendMessage', { room: 1 }, 0).bytes, 0);
      if (step.kind !== 'request' || step.request.name !== 'sendMessage') throw new Error('no request');
      return step.request;
    });
    expect([server.state, client.state]).toEqual(['SENDING_MESSAGE', 'SENDING_MESSAGE']);
    for (const request of requests)
      client.receive(server.answer(request, { room: 1, sequence: 1 }, 0).bytes, 0);
    expect([server.state, client.state]).toEqual(['AUTHENTICATED', 'AUTHENTICATED']);
  });
});

describe('transfers (F1)', () => {
  const piece = (transfer: number) => ({ transfer, offset: 65_536, data: Uint8Array.of(1, 2, 3) });

  test.each([
    [1, 2],
    [2, 3],
    [64, 65],
    [65, 2],
    [0xffffffff, 64],
  ])('[TRANSFER-1] the data of transfer %d travel on lane %d, both ways', (transfer, lane) => {
    const { server, client } = loggedIn();
    const up = client.notify('fileData', piece(transfer), 0);
    expect([up.lane, readHeader(up.bytes).lane]).toEqual([lane, lane]);
    const step = server.receive(up.bytes, 0);
    if (step.kind !== 'request' || step.request.name !== 'fileData') throw new Error('not taken');
    expect([step.request.requestId, step.request.message.transfer]).toEqual([0, transfer]);
    const down = server.push('fileData', piece(transfer));
    expect([down.lane, readHeader(down.bytes).lane]).toEqual([lane, lane]);
    const push = client.receive(down.bytes, 0);
    if (push.kind !== 'push' || push.push.name !== 'fileData') throw new Error('not taken');
    expect(push.push.message.data).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('[TRANSFER-1] [FRAME-3] data on another lane are refused, and so is all else of a transfer off lane 0', () => {
    const { server } = loggedIn();
    const moved = (name: 'fileData' | 'fileProgress' | 'endTransfer', transfer: number, lane: number) => {
      const frame = encode(1, name, 0, { transfer });
      frame[2] = lane;
      return frame;
    };
    for (const frame of [
      ...[0, 1, 2, 4, 67, 255].map((lane) => moved('fileData', 2, lane)),
      ...[1, 2, 3, 255].map((lane) => moved('fileProgress', 2, lane)),
      ...[1, 2, 3, 255].map((lane) => moved('endTransfer', 2, lane)),
    ])
      expect(answerOf(server.receive(frame, 0))).toEqual(['error', ErrorCode.MALFORMED_FRAME]);
    expect(server.receive(moved('fileData', 2, 3), 0).kind).toBe('request');
    expect(server.receive(moved('endTransfer', 2, 0), 0).kind).toBe('request');
  });

  test('[STATE-2] F1: nobody transfers anything before logging in, and the server starts none', () => {
    const { server, client } = negotiated();
    const names = ['fileData', 'fileProgress', 'endTransfer'] as const;
    for (const frame of [
      ...names.map((name) => encode(1, name, 0, { transfer: 1 })),
      encode(1, 'startUpload', 1, { transfer: 1 }),
      encode(1, 'startDownload', 2, { transfer: 1 }),
    ])
      expect(answerOf(server.receive(frame, 0))).toEqual(['error', ErrorCode.NOT_ALLOWED_IN_STATE]);
    expect(client.receive(encode(1, 'fileData', 0, { transfer: 1 }), 0).kind).toBe('close');
    const later = loggedIn();
    expect(later.client.receive(encode(1, 'startUpload', 1, { transfer: 1 }), 0).kind).toBe('close');
    expect(answerOf(later.server.receive(encode(1, 'uploadStarted', 1, {}), 0))).toEqual([
      'error',
      ErrorCode.NOT_ALLOWED_IN_STATE,
    ]);
  });

  test('[STATE-1] F3: a message is sent while pieces come and go', () => {
    const { server, client } = loggedIn();
    const step = server.receive(client.request('sendMessage', { room: 1 }, 0).bytes, 0);
    if (step.kind !== 'request' || step.request.name !== 'sendMessage') throw new Error('no request');
    expect(server.receive(client.notify('fileData', piece(1), 0).bytes, 0).kind).toBe('request');
    expect(client.receive(server.push('fileProgress', { transfer: 1 }).bytes, 0).kind).toBe('push');
    client.receive(server.answer(step.request, { room: 1, sequence: 1 }, 0).bytes, 0);
    expect([server.state, server.outstanding, client.outstanding]).toEqual(['AUTHENTICATED', 0, 0]);
  });
});

describe('keep-alive (T10)', () => {
  test('[KEEP-1] both sides ping when silent, and answer', () => {
    const { server, client } = loggedIn();
    const ping = client.advance(15_000);
    const pong = server.receive(bytesOf(ping), 15_010);
    const back = client.receive(bytesOf(pong), 15_020);
    expect(back.kind === 'roundTrip' && back.milliseconds).toBe(20);
    const theirs = server.advance(30_010);
    expect(server.receive(bytesOf(client.receive(bytesOf(theirs), 30_020)), 30_030).kind).toBe('nothing');
  });

  test('[KEEP-2] either side gives up on a peer that is not heard for 40 s', () => {
    const { server, client } = loggedIn();
    expect(answerOf(server.advance(40_000))).toEqual(['close', ErrorCode.IDLE_TIMEOUT]);
    const step = client.advance(40_000);
    expect(step.kind === 'close' && step.error.code).toBe(ErrorCode.IDLE_TIMEOUT);
  });
});

test('[ERROR-2] mutated frames never make a session throw, whatever its state', () => {
  const random = seeded(11);
  const frames = [
    encode(1, 'sendMessage', 1, { room: 1, content: Uint8Array.of(1, 2, 3) }),
    encode(1, 'resume', 2, { token: new Uint8Array(32) }),
    encode(0, 'hello', 3, { ...HELLO, versions: [1] }),
    encode(0, 'welcome', 1, { version: 1, versions: [1] }),
    encode(1, 'event', 0, { stream: 4, sequence: 1 }),
    encode(1, 'close', 0, {}),
    encode(1, 'fileData', 0, { transfer: 3, offset: 65_536, data: new Uint8Array(50) }),
    encode(1, 'fileProgress', 0, { transfer: 3, received: 9, credit: 1e9, again: true }),
    encode(1, 'startDownload', 5, { transfer: 3, room: 1, sequence: 1, offset: 1, credit: 1 }),
  ];
  const steps = new Set<string>();
  for (let round = 0; round < 30_000; round++) {
    const frame = mutate(frames[random(frames.length)] ?? EMPTY, random);
    if (frame.length < 10) continue;
    const { server, client } = random(2) === 0 ? loggedIn() : negotiated();
    steps.add(server.receive(frame, 0).kind).add(client.receive(frame, 0).kind);
    const fresh = newServer();
    steps.add(fresh.receive(frame, 0).kind);
  }
  expect(steps).toContain('close');
  expect(steps).toContain('request');
}, 30_000);
