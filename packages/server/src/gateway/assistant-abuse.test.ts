/** Members, providers and operators that mean no good, or err: what assistants make of it (I3). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { ErrorCode } from '@sotto/schema';
import { ProviderError } from '../assistants/provider.ts';
import { endsOf, statesOf, text, wait } from '../testing/answers.ts';
import { type AskedWorld, createAskedWorld, DOWN, LOBBY } from '../testing/asked-world.ts';
import { numbered } from '../testing/asking.ts';
import { answering, type Script } from '../testing/scripted-provider.ts';
import type { LoggedIn } from '../testing/world.ts';

let { world, asking, owner, alice, bob, later } = {} as AskedWorld;

async function begin(...of: Parameters<typeof createAskedWorld>): Promise<void> {
  await world?.close();
  ({ world, asking, owner, alice, bob, later } = await createAskedWorld(...of));
}

beforeEach(() => begin());
afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
  world = undefined as unknown as AskedWorld['world'];
});
const ask = (who: LoggedIn, what = '@assistant well?') => asking.say(who, LOBBY, what);

const DAY = Date.UTC(2026, 0, 1) / 86_400_000;

describe('what assistants make of those who mean no good, or err (I3)', () => {
  test('[BUDGET-1] a provider that counts nonsense does not use up everybody’s day', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    world.provider.next([text('x'), { kind: 'end', tokens: { prompt: most, answer: most } }]);
    await ask(alice);
    await later();
    const [server] = await world.store.assistants.usage(DAY, [{ kind: 'server', number: 0 }]);
    expect(server?.requests).toBe(1);
    expect(server?.tokens).toBeGreaterThan(1_000);
    expect(server?.tokens).toBeLessThan(100_000);
  });

  test('[BUDGET-1] what was stopped, is empty or malformed has cost what it is estimated at', async () => {
    const tokens = async () =>
      (await world.store.assistants.usage(DAY, [{ kind: 'account', number: alice.number }]))[0]?.tokens ?? 0;
    const scripts: Script[] = [
      [wait(5_000), text('x')],
      [{ kind: 'end' }],
      [{ kind: 'fail', error: new ProviderError('malformed', '') }],
    ];
    for (const [place, script] of scripts.entries()) {
      world.provider.next(script);
      const before = await tokens();
      await ask(alice);
      await later();
      const { answers } = await asking.ask(alice, 'watchAnswers', { rooms: [] });
      for (const { id } of answers) await asking.ask(alice, 'stopAnswer', { answer: id });
      await later();
      expect([place, endsOf(alice).length]).toEqual([place, place + 1]);
      expect((await tokens()) - before).toBeGreaterThan(200);
    }
  });

  test('[PROVIDER-6] a trial that ends while another provider is configured holds nobody off the first one for ever', async () => {
    const [record] = await world.store.assistants.assistants();
    if (record === undefined) throw new Error('no assistant');
    world.provider.otherwise = DOWN;
    for (let question = 0; question < 5; question++) {
      await ask(alice);
      await later();
    }
    await later(30_000);
    world.provider.otherwise = [wait(20_000), ...answering('late')];
    await ask(alice);
    await later();
    await world.store.assistants.saveAssistant({ ...record, model: 'other' });
    await later(30_000);
    await world.store.assistants.saveAssistant(record);
    await later(2_000);
    world.provider.otherwise = answering('back');
    await ask(bob);
    await later();
    expect(statesOf(bob).at(-1)).toBe('DONE');
  });

  test('[REPLY-5] many that wait are no flood for those that watch: places are their askers’', async () => {
    await begin({ parallel: 1 });
    world.provider.otherwise = [wait(300), ...answering('Yes.')];
    await asking.ask(owner, 'watchAnswers', { rooms: [LOBBY] });
    const people = [alice, bob];
    for (let more = 0; more < 8; more++) people.push(await world.user(`user${more}`));
    for (const who of people) for (let question = 0; question < 3; question++) await ask(who);
    await later(30_000);
    const waiting = (who: LoggedIn) => statesOf(who).filter((state) => state.startsWith('waiting'));
    expect(endsOf(owner).length).toBe(30);
    expect(waiting(owner).length).toBeLessThan(30);
    expect(waiting(people.at(-1) ?? bob).at(-1)).toBe('waiting 1');
  });

  test('[SANCTION-2] M6: who is muted for longer than a frame can say is told so, and nothing fails', async () => {
    const garden = await asking.room(owner, 'garden');
    await asking.enter(owner, bob, garden);
    const untilMs = world.clock.now() + 100 * 86_400_000;
    await asking.ask(owner, 'changeMember', {
      room: numbered(garden),
      user: numbered(bob.number),
      change: { case: 'mute', value: { reason: 'enough', untilMs } },
    });
    const refused = await asking.say(bob, garden, 'hi').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: ErrorCode.MUTED, retryAfterMs: 2 ** 32 - 1 });
  });
});
