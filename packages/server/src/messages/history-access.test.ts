/** Which history members see, after leaving and coming back too; through frames (M10). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type RoomNumber, roomStream } from '@sotto/model';
import { HistoryAccess } from '@sotto/schema';
import { Asking, numbered } from '../testing/asking.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

let world: World;
let asking: Asking;
let bob: LoggedIn;
let dan: LoggedIn;
let secret: RoomNumber;

beforeEach(async () => {
  world = await createWorld();
  asking = new Asking(world);
  // The server's owner, who takes no part.
  await world.user('alice');
  [bob, dan] = [await world.user('bob'), await world.user('dan')];
  secret = await asking.room(bob, 'secret', 'private');
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const invite = (by: LoggedIn, whom: LoggedIn, room = secret) =>
  asking.ask(by, 'inviteMember', { room: numbered(room), user: numbered(whom.number) });
const join = (who: LoggedIn, room = secret) => asking.ask(who, 'joinRoom', { room: numbered(room) });
const leave = (who: LoggedIn, room = secret) => asking.ask(who, 'leaveRoom', { room: numbered(room) });

describe('history (M10)', () => {
  const page = async (who: LoggedIn, room = secret) => {
    const { events, firstKept } = await asking.ask(who, 'readHistory', { stream: roomStream(room) });
    return { first: events[0]?.sequence, firstKept };
  };

  test('[HISTORY-1] in a private room a member sees what came after it joined, the last time', async () => {
    await asking.say(bob, secret, 'before');
    await asking.enter(bob, dan, secret);
    expect(await page(dan)).toEqual({ first: 4, firstKept: 4 });
    const { heads } = await asking.follow(dan, secret);
    expect(heads).toMatchObject([{ firstKept: 4, head: 4 }]);
    await asking.say(dan, secret, 'while in');
    expect(dan.peer.eventsOf(roomStream(secret)).map(({ sequence }) => sequence)).toEqual([4, 5]);
    await leave(dan);
    await asking.say(bob, secret, 'without dan');
    await invite(bob, dan);
    expect((await join(dan)).membership).toMatchObject({ firstKept: 8, head: 8 });
    expect(await page(dan)).toEqual({ first: 8, firstKept: 8 });
    expect(await page(bob)).toEqual({ first: 1, firstKept: 1 });
  });

  test('[HISTORY-2] who a room begins with sees all of it; others too, once its owners open it', async () => {
    const tea = await asking.room(bob, 'tea');
    await asking.say(bob, tea, 'before');
    await join(dan, tea);
    expect(await page(dan, tea)).toEqual({ first: 1, firstKept: 1 });
    const access = (history: HistoryAccess) =>
      asking.ask(bob, 'changeRoom', { room: numbered(tea), settings: { history } });
    await access(HistoryAccess.SINCE_JOINED);
    expect(await page(dan, tea)).toEqual({ first: 4, firstKept: 4 });
    expect(await page(bob, tea)).toEqual({ first: 1, firstKept: 1 });
    await access(HistoryAccess.ALL);
    expect(await page(dan, tea)).toEqual({ first: 1, firstKept: 1 });
  });
});
