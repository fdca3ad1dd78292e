/** A world with an assistant and three people, and what tests ask there again and again. */
import type { RoomNumber } from '@sotto/model';
import { ProviderError } from '../assistants/provider.ts';
import type { AssistantSettings } from '../assistants/settings.ts';
import { Asking } from './asking.ts';
import type { Script } from './scripted-provider.ts';
import { createWorld, type LoggedIn } from './world.ts';

export const LOBBY = 1 as RoomNumber;
export const DOWN: Script = [{ kind: 'fail', error: new ProviderError('unauthorized', 'the key is wrong') }];

export type AskedWorld = Awaited<ReturnType<typeof createAskedWorld>>;

export const searchFor = (value: string) => ({ case: 'search' as const, value });

/** `none`: there is no assistant. */
export async function createAskedWorld(
  of: Partial<AssistantSettings> | 'none' = {},
  startMs: number = Date.UTC(2026, 0, 1),
) {
  const world = await createWorld({ ...(of !== 'none' && { assistants: of }), startMs });
  const asking = new Asking(world);
  const [owner, alice, bob] = [await world.user('owner'), await world.user('alice'), await world.user('bob')];
  return {
    world,
    asking,
    owner,
    alice,
    bob,
    later: (ms = 1_000) => world.clock.advance(ms),
    ask: (who: LoggedIn, room: RoomNumber, what = '@assistant well?') => asking.say(who, room, what),
    privately: (who: LoggedIn, task = searchFor('is all well?')) => asking.ask(who, 'askAssistant', { task }),
    watch: (who: LoggedIn, ...rooms: readonly number[]) =>
      asking.ask(who, 'watchAnswers', { rooms: [...rooms] }),
    /** What the log has of questions. */
    logged: () => world.logged.filter((fields) => 'outcome' in fields),
  };
}
