/** Who is put out hears nothing more and can do nothing more, at once, on a live connection of every transport (M10, A5). */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type NativeTransport, SottoError } from '@sotto/client/node';
import type { RoomNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { follow, type Guest, type House, openHouse } from './support/house.ts';
import { stretchLittle } from './support/passwords.ts';
import { eventually } from './support/peers.ts';

const TIMEOUT_MS = 60_000;
const WAYS: readonly NativeTransport[] = ['udp', 'quic', 'tls', 'websocket'];

let house: House;
let alice: Guest;
beforeAll(async () => {
  house = await openHouse({
    people: {
      root: 'tls',
      alice: 'tls',
      'by-udp': 'udp',
      'by-quic': 'quic',
      'by-tls': 'tls',
      'by-websocket': 'websocket',
    },
  });
  alice = house.guest('alice');
}, TIMEOUT_MS);
afterAll(() => house.close());
afterAll(stretchLittle());

let rooms = 0;
async function roomWith(guest: Guest): Promise<RoomNumber> {
  const { number } = await alice.client.createRoom(`gate-${++rooms}`);
  await alice.client.addMember(number, guest.number as never);
  await guest.hears('roomEntered', (event) => event.room.number === number);
  return number;
}

const refused = (task: Promise<unknown>) =>
  task.then(
    () => undefined,
    (error) => (error instanceof SottoError ? error.code : Promise.reject(error)),
  );

const heardOf = ({ heard }: Guest, room: RoomNumber) =>
  heard.flatMap((event) =>
    event.kind === 'message' && event.message.room.number === room ? [event.message.text] : [],
  );

describe.each(WAYS)('over %s', (way) => {
  test.each(['kick', 'ban'] as const)(
    'M10: a %s',
    async (act) => {
      const guest = house.guest(`by-${way}`);
      const room = await roomWith(guest);
      await alice.client.send(room, 'before');
      // Without waiting for what came before: what follows must not reach the guest, however it is batched.
      const put = alice.client.moderation[act](room, `by-${way}`);
      const after = Promise.all(['one', 'two', 'three'].map((text) => alice.client.send(room, text)));
      await put;
      const late = await alice.client.send(room, 'late');
      expect(late.sequence).toBeGreaterThan(0);
      await after;
      await guest.hears('roomExited', (event) => event.room.number === room);
      await guest.client.serverStatus();
      expect(heardOf(guest, room)).not.toContain('late');
      expect(await refused(guest.client.send(room, 'me too'))).toBeDefined();
      expect(await refused(guest.client.messages(room))).toBeDefined();
    },
    TIMEOUT_MS,
  );

  test(
    'M10: a mute',
    async () => {
      const guest = house.guest(`by-${way}`);
      const room = await roomWith(guest);
      await alice.client.moderation.mute(room, `by-${way}`);
      expect(await refused(guest.client.send(room, 'me too'))).toBe(ErrorCode.MUTED);
      await alice.client.send(room, 'still heard');
      expect(
        await eventually(() => heardOf(guest, room).find((text) => text === 'still heard')),
      ).toBeDefined();
    },
    TIMEOUT_MS,
  );

  test(
    'A5: a device that another one revokes, and an account that is suspended',
    async () => {
      const account = { name: `owner-of-${way}`, password: 'correct horse battery' };
      const laptop = await house.connect('tls');
      await laptop.register(account);
      const me = await laptop.login(account);
      const lost = await house.connect(way);
      const thief = follow(lost, me.number);
      await lost.login(account);
      const device = (await laptop.account.devices()).find(({ current }) => !current);
      if (device === undefined) throw new Error('the other device is not listed');
      await laptop.account.revokeDevice(device.number);
      const { state } = await thief.hears('connection', (event) => event.state.kind === 'stopped');
      expect(state).toMatchObject({ kind: 'stopped', reason: { code: ErrorCode.SESSION_REVOKED } });
      const other = await house.connect(way);
      const kept = follow(other, me.number);
      await other.login(account);
      await house.guest('root').client.admin.suspend(me.number);
      await kept.hears('connection', (event) => event.state.kind === 'stopped');
      const again = await house.connect(way);
      expect(await refused(again.login(account))).toBe(ErrorCode.SUSPENDED);
      await house.guest('root').client.admin.restore(me.number);
      await again.login(account);
    },
    TIMEOUT_MS,
  );
});
