/** Links for browsers, fetched over HTTPS (F4). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { FILE_LINK_LIFETIME_MS, safeFileName } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import type { Listener } from '@sotto/transport';
import { testIdentity } from '@sotto/transport/testing/identity';
import { listenWebSocket } from '@sotto/transport/websocket';
import { numbered } from '../testing/asking.ts';
import { Carrying, CHUNK } from '../testing/carrying.ts';
import { remove, Talk } from '../testing/talk.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

const GUESSES = [
  '/files/',
  '/files',
  '/files/..',
  '/files/../files/',
  `/files/${'A'.repeat(43)}`,
  `/files/${'A'.repeat(44)}`,
  `/files/${'%00'.repeat(43)}`,
  '/files/..%2f..%2fetc%2fpasswd',
  '/files/__proto__',
  `/files/${'x'.repeat(8_000)}`,
  '/Files/x',
  '/other',
];

let world: World;
let talk: Talk;
let alice: LoggedIn;
let bob: LoggedIn;
let carrying: Carrying;
let listener: Listener;
let patience: number[];

beforeEach(async () => {
  world = await createWorld();
  ({ talk, alice, bob } = await Talk.ofTwo(world));
  carrying = new Carrying(world);
  patience = [];
  listener = listenWebSocket({
    hostname: '127.0.0.1',
    port: 0,
    identity: await testIdentity(),
    accept: world.core.accept,
    fetch: async (request, wait) => {
      const noted = (seconds: number) => {
        patience.push(seconds);
        wait(seconds);
      };
      return (await world.core.fetch(request, noted)) ?? new Response('', { status: 404 });
    },
  });
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await listener.close();
  await world.close();
});

const get = (path: string, init: RequestInit = {}) =>
  fetch(`https://127.0.0.1:${listener.port}${path}`, {
    ...init,
    redirect: 'error',
    tls: { rejectUnauthorized: false },
  });

const link = (who: LoggedIn, of: { room: number; sequence: number }) =>
  world.run(who.peer.request('createFileLink', of));

async function offered(bytes: Uint8Array, of: { name?: string; mediaType?: string } = {}) {
  await carrying.upload(alice, bytes);
  return { room: talk.room, sequence: await carrying.offer(alice, talk.room, bytes, of) };
}

const bodyOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe('links', () => {
  test('[LINK-1] [LINK-2] F4: a link gives the file once', async () => {
    const bytes = carrying.bytes(5 * CHUNK + 3);
    const of = await offered(bytes);
    const { path, expiresMs } = await link(bob, of);
    expect(path).toMatch(/^\/files\/[A-Za-z0-9_-]{43}$/);
    expect(expiresMs - world.clock.now()).toBeWithin(FILE_LINK_LIFETIME_MS - 10, FILE_LINK_LIFETIME_MS + 1);
    const head = await get(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, `${bytes.length}`]);
    const [first, second] = await Promise.all([get(path), get(path)]);
    expect([first?.status, second?.status].toSorted()).toEqual([200, 404]);
    expect(await bodyOf(first?.status === 200 ? first : (second ?? Response.error()))).toEqual(bytes);
    expect((await get(path)).status).toBe(404);
    expect((await get(path, { method: 'HEAD' })).status).toBe(404);
  });

  test('[LINK-1] F4: files in the message itself have links as others', async () => {
    for (const size of [0, 100]) {
      const bytes = carrying.bytes(size);
      const sequence = await carrying.offer(alice, talk.room, bytes, { inline: bytes });
      expect(await bodyOf(await get((await link(bob, { room: talk.room, sequence })).path))).toEqual(bytes);
    }
  });

  test('[LINK-1] F4: who may not fetch the file gets no link; nobody gets too many', async () => {
    const of = await offered(carrying.bytes(CHUNK));
    const other = carrying.bytes(CHUNK);
    await carrying.upload(alice, other);
    const asked = await carrying.offerDirect(alice, bob, other);
    expect(await refusal(link(bob, asked))).toBe(ErrorCode.FILE_NOT_ACCEPTED);
    expect(await refusal(link(bob, { ...of, sequence: 1 }))).toBe(ErrorCode.FILE_GONE);
    expect(await refusal(link(bob, { ...of, room: 99 }))).toBe(ErrorCode.NOT_FOUND);
    for (let count = 0; count < 32; count++) await link(bob, of);
    expect(await refusal(link(bob, of))).toBe(ErrorCode.RATE_LIMITED);
    expect(await refusal(link(alice, of))).toBeUndefined();
    await world.clock.advance(FILE_LINK_LIFETIME_MS);
    expect(await refusal(link(bob, of))).toBeUndefined();
  });

  test('[LINK-2] F4: guesses, other methods and what has expired get nothing', async () => {
    const { path } = await link(bob, await offered(carrying.bytes(CHUNK)));
    for (const guess of GUESSES) expect([guess, (await get(guess)).status]).toEqual([guess, 404]);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
      expect([method, (await get(path, { method })).status]).toEqual([method, 405]);
    await world.clock.advance(FILE_LINK_LIFETIME_MS);
    expect((await get(path)).status).toBe(404);
  });

  test('[LINK-3] F4: rights are looked at when the link is used', async () => {
    const bytes = carrying.bytes(CHUNK);
    const of = await offered(bytes);
    const [left, deleted] = [await link(bob, of), await link(alice, of)];
    await world.run(bob.peer.request('leaveRoom', { room: numbered(talk.room) }));
    expect((await get(left.path)).status).toBe(404);
    await talk.change(alice, of.sequence, remove);
    expect((await get(deleted.path)).status).toBe(404);
    const other = await link(alice, await offered(carrying.bytes(CHUNK)));
    const { administration, users } = world.core.accounts;
    const [owner, suspended] = [await users.byName('owner'), await users.byName('alice')];
    if (owner === undefined || suspended === undefined) throw new Error('not there');
    await administration.suspend(owner, suspended, '');
    expect((await get(other.path)).status).toBe(404);
  });

  test('[LINK-3] F4: a reader has a minute for every chunk, and nothing is read ahead of it', async () => {
    const bytes = carrying.bytes(5 * CHUNK);
    const { path } = await link(bob, await offered(bytes));
    await bodyOf(await get(path));
    expect(patience).toEqual(Array.from({ length: 6 }, () => 60));
  });

  test('[LINK-4] F4: the file is saved and never shown, whatever its sender says of it', async () => {
    const name = 'é vil"; filename=x.html\u202e.svg';
    const of = await offered(carrying.bytes(2 * CHUNK), { name, mediaType: 'image/svg+xml' });
    const response = await get((await link(bob, of)).path);
    const header = (key: string) => response.headers.get(key);
    expect(header('content-disposition')).toEndWith(
      `filename*=UTF-8''${encodeURIComponent(safeFileName(name)).replace(/[()']/g, escape)}`,
    );
    expect(header('content-disposition')).toStartWith('attachment; filename="');
    expect(header('content-type')).toBe('application/octet-stream');
    expect(header('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(header('cache-control')).toBe('no-store');
    expect(header('referrer-policy')).toBe('no-referrer');
    await response.arrayBuffer();
  });
});
