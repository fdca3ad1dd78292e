/** Whatever happens in a room before, during and after a run: what the next one shows at once was true, and then it is. */
import { expect, setDefaultTimeout, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import fc from 'fast-check';
import { type Happening, happen, happening, Lawful, plain } from '../testing/happenings.ts';
import { createWorld, follow, onlineClient, startClient, type World, within } from '../testing/harness.ts';
import type { SottoClient } from '../types.ts';

setDefaultTimeout(60_000);

type Step = Happening | { kind: 'cut' } | { kind: 'before'; at: number };

const many = fc.array(happening, { maxLength: 60, size: 'max' });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: happening as fc.Arbitrary<Step>, weight: 8 },
    { arbitrary: fc.record({ kind: fc.constant('before' as const), at: fc.nat(200) }), weight: 1 },
    { arbitrary: fc.constant({ kind: 'cut' } as const), weight: 1 },
  ),
  { maxLength: 60, size: 'max' },
);

async function truth(world: World, client: SottoClient) {
  const timeline = client.timeline(LOBBY);
  await within(world.time, timeline.loadLatest(1_000));
  const messages = plain(timeline.messages);
  timeline.close();
  return messages;
}

async function firstRun(world: World, lawful: Lawful, plan: readonly Step[], limit: number) {
  const { server, time } = world;
  const client = await onlineClient(world);
  follow(client);
  const timeline = client.timeline(LOBBY);
  await within(time, timeline.loadLatest(limit));
  for (const step of plan) {
    if (step.kind === 'cut') server.last.cut();
    else if (step.kind === 'before')
      await within(
        time,
        timeline.loadBefore(1 + (step.at % 15)).catch(() => {}),
      );
    else happen(server, lawful, step);
    if ('at' in step && step.at % 2 === 0) await time.settle();
  }
  await time.until(() => client.status.kind === 'online');
  await time.settle();
  await within(time, client.close());
  // Somebody who keeps nothing, and whose profile is another.
  const other: World = { ...(await createWorld()), server, time };
  await other.store.saveSession(await sessionOf(world));
  const reader = await onlineClient(other);
  const said = await truth(world, reader);
  await world.store.saveSession(await sessionOf(other));
  await within(time, reader.close());
  return said;
}

async function sessionOf({ store }: World) {
  return (await store.load()).session;
}

test('[KEPT-2] [KEPT-3] M9: random histories, and a run that goes on from what was kept', async () => {
  await fc.assert(
    fc.asyncProperty(many, steps, many, fc.integer({ min: 1, max: 80 }), async (...drawn) => {
      const [earlier, during, meanwhile, limit] = drawn;
      const world: World = { ...(await createWorld()), keepRecent: true };
      const { server, time } = world;
      const lawful = new Lawful();
      for (const step of earlier) happen(server, lawful, step);
      const before = await firstRun(world, lawful, during, limit);
      server.up = false;
      const client = await startClient(world);
      client.resume().catch(() => {});
      await time.settle();
      const timeline = client.timeline(LOBBY);
      const shown = plain(timeline.messages);
      const first = shown[0]?.sequence ?? Number.POSITIVE_INFINITY;
      expect(shown).toEqual(before.filter(({ sequence }) => sequence >= first));
      if (before.length > 0) expect(shown.length).toBeGreaterThan(0);
      for (const step of meanwhile) happen(server, lawful, step);
      server.up = true;
      follow(client);
      await time.until(() => client.status.kind === 'online');
      await within(time, timeline.loadLatest(limit));
      await time.settle();
      const all = await truth(world, client);
      const from = timeline.messages[0]?.sequence ?? Number.POSITIVE_INFINITY;
      expect(timeline.isKept).toBe(false);
      expect(plain(timeline.messages)).toEqual(all.filter(({ sequence }) => sequence >= from));
      await client.close();
    }),
    { numRuns: 100 },
  );
});
