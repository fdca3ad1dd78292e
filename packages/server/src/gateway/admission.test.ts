/** Limits through frames (O7, M10). */
import { afterEach, describe, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import { LOBBY, type RoomNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { Delivery, ErrorCode, FileOfferSchema } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { encodeContent } from '../events/content.ts';
import type { LimitSettings } from '../limits/settings.ts';
import { NO_LIMITS } from '../limits/testing/none.ts';
import { Asking, named } from '../testing/asking.ts';
import { Carrying, piecesOf } from '../testing/carrying.ts';
import { Peer } from '../testing/peer.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

const FEW = { perSecond: 1, burst: 3 };
const content = encodeContent({ case: 'plain', value: 'tea' });

let world: World;
let asking: Asking;
let ann: LoggedIn;
let bob: LoggedIn;

/** ann owns the server. */
async function begin(limits: Partial<LimitSettings>): Promise<void> {
  world = await createWorld({ limits: { ...NO_LIMITS, ...limits } });
  asking = new Asking(world);
  [ann, bob] = [await world.user('ann'), await world.user('bob')];
}

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const newId = () => world.random.bytes(16);
const send = (who: LoggedIn, room: RoomNumber, clientMessageId = newId()) =>
  world.run(who.peer.request('sendMessage', { room, clientMessageId, content }));

/** What it was refused with. */
async function refused(
  task: Promise<unknown>,
): Promise<Pick<SottoError, 'code' | 'detail' | 'retryAfterMs'>> {
  try {
    await task;
  } catch (error) {
    if (error instanceof SottoError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('limits (O7)', () => {
  test('[LIMIT-2] what is too much is refused with the time to wait, and taken after it', async () => {
    await begin({ accountMessages: FEW });
    for (let count = 0; count < 3; count++) await send(bob, LOBBY);
    const { code, detail, retryAfterMs } = await refused(send(bob, LOBBY));
    expect([code, detail]).toEqual([ErrorCode.RATE_LIMITED, 'account messages']);
    expect(retryAfterMs).toBeGreaterThan(900);
    await world.clock.advance(retryAfterMs);
    expect((await send(bob, LOBBY)).sequence).toBe(4);
    expect((await send(ann, LOBBY)).sequence).toBe(5);
  });

  test('[LIMIT-3] [SEND-2] what was accepted is answered when it is sent again, also when nothing is left', async () => {
    await begin({ accountMessages: FEW, accountRequests: { perSecond: 1, burst: 2 } });
    const id = newId();
    const first = await send(bob, LOBBY, id);
    const clientMessageId = newId();
    const edit = { case: 'edit' as const, value: content };
    const change = { room: LOBBY, sequence: first.sequence, clientMessageId, change: edit };
    await asking.ask(bob, 'changeMessage', change);
    await send(bob, LOBBY);
    expect(await send(bob, LOBBY, id)).toMatchObject({ sequence: first.sequence, duplicate: true });
    expect(await asking.ask(bob, 'changeMessage', change)).toMatchObject({ sequence: 2, duplicate: true });
    expect((await refused(send(bob, LOBBY, id))).code).toBe(ErrorCode.RATE_LIMITED);
  });

  test('[LIMIT-1] a message to several people counts once for each', async () => {
    await begin({ accountMessages: FEW });
    const direct = (...names: string[]) =>
      world.run(
        bob.peer.request('sendDirect', { recipients: names.map(named), clientMessageId: newId(), content }),
      );
    const { outcomes } = await direct('ann', 'bob');
    expect(outcomes.map(({ delivery }) => delivery)).toEqual([Delivery.DELIVERED, Delivery.DELIVERED]);
    expect((await refused(direct('ann', 'bob'))).code).toBe(ErrorCode.RATE_LIMITED);
    await direct('ann');
  });

  test('[LIMIT-3] [SEND-2] so is a message to several people, if each of them had it', async () => {
    await begin({ accountMessages: { perSecond: 1, burst: 2 } });
    const id = newId();
    const direct = (...names: string[]) =>
      world.run(
        bob.peer.request('sendDirect', { recipients: names.map(named), clientMessageId: id, content }),
      );
    const first = await direct('ann', 'bob');
    const again = await direct('ann', 'bob');
    expect(again.outcomes).toMatchObject(
      first.outcomes.map(({ delivery, user, accepted }) => ({
        delivery,
        user: { name: user?.name },
        accepted: { sequence: accepted?.sequence, duplicate: true },
      })),
    );
    for (const names of [['ann', 'nobody'], []])
      expect((await refused(direct(...names))).code).toBe(ErrorCode.RATE_LIMITED);
  });

  test('[LIMIT-1] requests of one account; what it says to the log of its cursors is not among them', async () => {
    await begin({ accountRequests: FEW });
    for (let count = 0; count < 3; count++) await asking.ask(bob, 'listRooms', {});
    for (let count = 0; count < 9; count++) bob.peer.notify('acknowledge', { progress: [] });
    expect(await refused(asking.ask(bob, 'listRooms', {}))).toMatchObject({ detail: 'account requests' });
    expect(bob.peer.ended).toBeUndefined();
    await asking.ask(ann, 'listRooms', {});
  });

  test('[LIMIT-1] a search counts as ten requests', async () => {
    await begin({ accountRequests: { perSecond: 1, burst: 15 } });
    await asking.ask(bob, 'searchMessages', { query: 'tea' });
    expect(await refused(asking.ask(bob, 'searchMessages', { query: 'tea' }))).toMatchObject({
      detail: 'account requests',
    });
    await asking.ask(bob, 'listRooms', {});
  });

  test('[LIMIT-1] F1: the start of an upload counts as five requests, of a download or a link as two; its data as none', async () => {
    await begin({ accountRequests: { perSecond: 1, burst: 8 } });
    const carrying = new Carrying(world);
    const bytes = carrying.bytes(300_000);
    const transfer = carrying.next();
    const { credit } = await carrying.start(bob, bytes, transfer);
    await carrying.send(bob, piecesOf(transfer, bytes), credit);
    expect((await refused(carrying.start(bob, carrying.bytes(1)))).detail).toBe('account requests');
    const nowhere = { room: LOBBY, sequence: 1 };
    expect((await refused(asking.ask(bob, 'createFileLink', nowhere))).code).toBe(ErrorCode.FILE_GONE);
    expect((await refused(carrying.startDownload(bob, nowhere))).code).toBe(ErrorCode.RATE_LIMITED);
    await carrying.finish(bob, transfer);
  });

  test('[LIMIT-1] [OFFER-22] F1: of a message with a file in it all bytes count', async () => {
    await begin({ accountBytes: { perSecond: 1, burst: 50_000 } });
    const inline = new Uint8Array(30_000);
    const file = create(FileOfferSchema, { sha256: sha256Of(inline), size: 30_000, name: 'a', inline });
    const offer = { room: LOBBY, content: encodeContent({ case: 'file', value: file }) };
    const sendFile = () => asking.ask(bob, 'sendMessage', { ...offer, clientMessageId: newId() });
    await sendFile();
    expect((await refused(sendFile())).detail).toBe('account bytes');
    await send(bob, LOBBY);
  });

  test('[LIMIT-1] a room has an allowance, which strangers do not use up; the lobby has none', async () => {
    await begin({ roomMessages: FEW });
    const room = await asking.room(ann, 'secret', 'private');
    for (let count = 0; count < 5; count++) {
      expect((await refused(send(bob, room))).code).toBe(ErrorCode.NOT_FOUND);
      await send(bob, LOBBY);
    }
    for (let count = 0; count < 3; count++) await send(ann, room);
    expect(await refused(send(ann, room))).toMatchObject({ detail: 'room messages' });
  });

  test('[LIMIT-4] connections that do not log in are few for one source, and make room when they do', async () => {
    await begin({ sourceConnections: 2 });
    const dial = async () => {
      const peer = new Peer(world.clock);
      await world.run(world.network.dial({ name: 'server', events: peer.events }));
      await world.clock.advance(10);
      return peer;
    };
    const waiting = [await dial(), await dial()];
    const { ended } = await dial();
    expect(ended).toMatchObject({ code: ErrorCode.THROTTLED, retryAfterMs: 2_000 });
    waiting[0]?.connection.close();
    await world.clock.advance(10);
    await world.device(bob);
    expect((await dial()).ended).toBeUndefined();
    expect((await dial()).ended?.code).toBe(ErrorCode.THROTTLED);
    expect(waiting.map((peer) => peer.ended)).toEqual([undefined, undefined]);
  });

  test('[LIMIT-5] M10: administrators read what was refused, others do not', async () => {
    await begin({ accountMessages: FEW, roomMessages: { perSecond: 1, burst: 2 } });
    const room = await asking.room(ann, 'tea');
    await world.clock.advance(5_000);
    for (let count = 0; count < 2; count++) await send(ann, room);
    for (let count = 0; count < 2; count++) await refused(send(ann, room));
    for (let count = 0; count < 3; count++) await send(bob, LOBBY);
    await refused(send(bob, LOBBY));
    const { limited } = await asking.ask(ann, 'readLimited', {});
    expect(limited).toMatchObject([
      { limit: 'account messages', who: 'bob', count: 1 },
      { limit: 'room messages', who: 'tea', count: 2 },
    ]);
    expect((await refused(asking.ask(bob, 'readLimited', {}))).code).toBe(ErrorCode.PERMISSION_DENIED);
  });
});
