/** Questions and answers over connections, from the first word to the last (I1-I3). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { RoomNumber } from '@sotto/model';
import { AnswerEnd, EventKind } from '@sotto/schema';
import { Asking, contentOf } from '../testing/asking.ts';
import { answering } from '../testing/scripted-provider.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

const LOBBY = 1 as RoomNumber;
let world: World;
let asking: Asking;
let alice: LoggedIn;

beforeEach(async () => {
  world = await createWorld({ assistants: {} });
  asking = new Asking(world);
  await world.user('owner');
  alice = await world.user('alice');
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const messages = (who: LoggedIn, room: number) =>
  who.peer.eventsOf(4 * room).filter(({ kind }) => kind === EventKind.MESSAGE);

describe('asking (I2)', () => {
  test('[ASK-1] [REPLY-1] a mention in the lobby is answered by a message that answers it', async () => {
    world.provider.next(answering('Forty', '-two.'));
    await asking.follow(alice, LOBBY);
    const { sequence } = await asking.say(alice, LOBBY, '@assistant what is it?');
    await world.clock.advance(1_000);
    const [, answer] = messages(alice, LOBBY);
    expect(contentOf(answer).value).toBe('Forty-two.');
    expect(answer).toMatchObject({ relatesTo: sequence, thread: 0 });
    const ends = alice.peer.pushed('answerUpdate').map(({ answer: told }) => told?.state);
    expect(ends.at(-1)).toMatchObject({
      case: 'ended',
      value: { end: AnswerEnd.DONE, sequence: answer?.sequence },
    });
  });
});
