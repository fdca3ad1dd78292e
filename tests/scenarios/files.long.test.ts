/** As files.test.ts, with files as large as servers take them where nothing else is set (F2). */
import { afterAll, beforeAll, test } from 'bun:test';
import type { RoomNumber } from '@sotto/model';
import type { House } from './support/house.ts';
import { largestArrives, NAMES, openFileHouse, PEOPLE, senderIn } from './support/largest.ts';

const TIMEOUT_MS = 120_000;
const LIMIT = 50 * 1024 * 1024;

let house: House;
let room: RoomNumber;

beforeAll(async () => {
  ({ house, room } = await openFileHouse([]));
}, TIMEOUT_MS);
afterAll(() => house.close());

for (const [index, name] of NAMES.entries())
  test(
    `F2: the largest file that a server takes by default arrives over ${PEOPLE[name]} and another transport, and one byte more is refused`,
    () => {
      const [from, to] = [senderIn(house, index), senderIn(house, index + 1)];
      return largestArrives(house, room, { from, to, limit: LIMIT });
    },
    TIMEOUT_MS,
  );
