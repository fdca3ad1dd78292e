/** Files of every size over every transport, through the public SDK, at a real server (F1, F2, F3). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { RoomNumber } from '@sotto/model';
import { fetched, freshBytes, noneOf, sha256 } from './support/files.ts';
import type { Guest, House } from './support/house.ts';
import { largestArrives, NAMES, openFileHouse, PEOPLE, senderIn } from './support/largest.ts';

const TIMEOUT_MS = 120_000;
const KIB = 1024;
const MIB = 1024 * KIB;
const SMALL = [0, 1, 32 * KIB, 32 * KIB + 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1];
/** A tenth of what is usual, which files.long.test.ts has. */
const LIMIT = 5 * MIB;

let house: House;
let room: RoomNumber;

beforeAll(async () => {
  ({ house, room } = await openFileHouse(['--file-max', `${LIMIT}`]));
}, TIMEOUT_MS);
afterAll(() => house.close());

const sender = (index: number): Guest => senderIn(house, index);
const other = (index: number): Guest => senderIn(house, index + 1);

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
    () => largestArrives(house, room, { from: sender(index), to: other(index), limit: LIMIT }),
    TIMEOUT_MS,
  );
}

test(
  'F1: an upload that is called off half way leaves nothing',
  async () => {
    const calledOff = new AbortController();
    // So large that it is still under way when that is done.
    const { house, room } = await openFileHouse([]);
    const bytes = freshBytes(10 * LIMIT);
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
    await house.close();
  },
  TIMEOUT_MS,
);
