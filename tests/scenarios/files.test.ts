/** Files of every size over every transport, through the public SDK, at a real server (F1, F2, F3). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type NativeTransport, SottoError } from '@sotto/client/node';
import type { RoomNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { fetched, freshBytes, noneOf, sha256 } from './support/files.ts';
import { type Guest, type House, openHouse } from './support/house.ts';

const TIMEOUT_MS = 120_000;
const KIB = 1024;
const MIB = 1024 * KIB;
const SMALL = [0, 1, 32 * KIB, 32 * KIB + 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1];
const LIMIT = 50 * MIB;

/** Each sends over its own transport; the next one fetches over another. */
const PEOPLE = { ann: 'udp', ben: 'quic', cam: 'tls', dan: 'websocket' } as const satisfies Record<
  string,
  NativeTransport
>;
const NAMES = Object.keys(PEOPLE) as readonly (keyof typeof PEOPLE)[];

let house: House;
let room: RoomNumber;

beforeAll(async () => {
  house = await openHouse({ people: PEOPLE });
  room = (await house.guest('ann').client.createRoom('files')).number;
  for (const name of NAMES.slice(1)) await house.guest(name).client.joinRoom(room);
}, TIMEOUT_MS);
afterAll(() => house.close());

const sender = (index: number): Guest => house.guest(NAMES[index] ?? 'ann');
const other = (index: number): Guest => house.guest(NAMES[(index + 1) % NAMES.length] ?? 'ann');

for (const [index, name] of NAMES.entries()) {
  const way = PEOPLE[name];
  test(
    `F1: ${SMALL.join(', ')} bytes arrive over ${way}, and from there over another transport`,
    async () => {
      for (const size of SMALL) {
        const bytes = freshBytes(size);
        const { sequence } = await sender(index).client.sendFile(room, new Blob([bytes]), {
          name: `${size}.bin`,
        });
        const expected = { sha256: sha256(bytes), bytes: size, name: `${size}.bin` };
        expect(await fetched(sender(index).client, room, sequence)).toEqual(expected);
        expect(await fetched(other(index).client, room, sequence)).toEqual(expected);
        const told = await other(index).hears('message', ({ message }) => message.sequence === sequence);
        expect(told.message.file).toMatchObject({ sizeBytes: size, sha256: sha256(bytes) });
      }
    },
    TIMEOUT_MS,
  );

  test(
    `F2: the largest file that the server takes arrives over ${way} and another transport, and one byte more is refused`,
    async () => {
      const bytes = freshBytes(LIMIT);
      const { sequence } = await sender(index).client.sendFile(room, new Blob([bytes]), { name: 'large' });
      const expected = { sha256: sha256(bytes), bytes: LIMIT, name: 'large' };
      expect(await fetched(other(index).client, room, sequence)).toEqual(expected);

      const larger = new Blob([bytes, new Uint8Array(1)]);
      const refusal = await sender(index)
        .client.sendFile(room, larger, { name: 'larger' })
        .catch((error) => error);
      expect(refusal).toBeInstanceOf(SottoError);
      expect(refusal.code).toBe(ErrorCode.FILE_TOO_LARGE);
      await sender(index).client.delete(room, sequence);
      await noneOf(house.directory, [sha256(bytes)]);
    },
    TIMEOUT_MS,
  );
}

test(
  'F1: an upload that is called off half way leaves nothing',
  async () => {
    const calledOff = new AbortController();
    const bytes = freshBytes(LIMIT);
    const { client } = house.guest('dan');
    const { usedBytes } = await client.fileUsage();
    const sending = client.sendFile(room, new Blob([bytes]), {
      signal: calledOff.signal,
      onProgress: ({ phase, doneBytes }) => {
        if (phase === 'moving' && doneBytes > MIB) calledOff.abort(new Error('enough'));
      },
    });
    expect(await sending.catch((error) => error.message)).toBe('enough');
    await noneOf(house.directory, [sha256(bytes)]);
    expect((await client.fileUsage()).usedBytes).toBe(usedBytes);
  },
  TIMEOUT_MS,
);
