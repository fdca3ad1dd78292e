/** Files over connections: what is uploaded, offered and fetched, and by whom (F1, F3, F4). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Carrying, CHUNK, piecesOf } from '../testing/carrying.ts';
import { Talk } from '../testing/talk.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

let world: World;
let talk: Talk;
let alice: LoggedIn;
let bob: LoggedIn;
let carrying: Carrying;

beforeEach(async () => {
  world = await createWorld();
  ({ talk, alice, bob } = await Talk.ofTwo(world));
  carrying = new Carrying(world);
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

describe('uploads', () => {
  test.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])(
    '[UPLOAD-1] [DOWNLOAD-1] F1: %d bytes are uploaded, offered in a room and fetched by a member',
    async (size) => {
      const bytes = carrying.bytes(size);
      await carrying.upload(alice, bytes);
      const sequence = await carrying.offer(alice, talk.room, bytes);
      expect(await carrying.download(bob, { room: talk.room, sequence })).toEqual(bytes);
    },
  );
});
