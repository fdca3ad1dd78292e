/** Whatever happens, is loaded and breaks in whatever order: what is shown is what a newcomer is shown of that stretch. */
import { expect, setDefaultTimeout, test } from 'bun:test';
import type { Sequence } from '@sotto/model';
import fc from 'fast-check';
import { LOBBY_STREAM } from '../testing/fake-server.ts';
import { type Happening, happen, happening, Lawful, plain } from '../testing/happenings.ts';
import { createWorld, onlineClient, within } from '../testing/harness.ts';
import type { MessageView, SottoClient, Timeline } from '../types.ts';

setDefaultTimeout(60_000);

type Step = Happening | { kind: 'before' | 'after' | 'latest' | 'around'; at: number } | { kind: 'cut' };

const loading = fc.record({ kind: fc.constantFrom('before', 'after', 'latest', 'around'), at: fc.nat(200) });
const steps = fc.array(
  fc.oneof(
    { arbitrary: happening, weight: 8 },
    { arbitrary: loading, weight: 3 },
    { arbitrary: fc.constant({ kind: 'cut' }), weight: 1 },
  ),
  { minLength: 10, maxLength: 80, size: 'max' },
) as fc.Arbitrary<Step[]>;

function load(timeline: Timeline, { kind, at }: { kind: string; at: number }, head: number): Promise<void> {
  const limit = 1 + (at % 15);
  if (kind === 'before') return timeline.loadBefore(limit);
  if (kind === 'after') return timeline.loadAfter(limit);
  if (kind === 'latest') return timeline.loadLatest(limit);
  return timeline.loadAround((1 + (at % Math.max(1, head))) as Sequence, limit);
}

async function everything(client: SottoClient): Promise<readonly MessageView[]> {
  const timeline = client.timeline('lobby');
  await timeline.loadLatest(1_000);
  const { messages } = timeline;
  timeline.close();
  return messages;
}

test('[TIMELINE-1] [TIMELINE-2] M9: random histories, pages, jumps and lost connections', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 100, size: 'max' }), steps, async (earlier, plan) => {
      const world = await createWorld();
      const { server, time } = world;
      const lawful = new Lawful();
      for (const step of earlier) happen(server, lawful, step);
      const client = await onlineClient(world);
      await time.settle();
      const timeline = client.timeline('lobby');
      const loads: Promise<unknown>[] = [];
      for (const step of plan) {
        if (step.kind === 'cut') server.last.cut();
        else if ('who' in step) happen(server, lawful, step);
        else loads.push(load(timeline, step, server.events(LOBBY_STREAM).length).catch(() => {}));
        if ('at' in step && step.at % 2 === 0) await time.settle();
        // What is shown in between is brought up to date by what happens next.
        if ('at' in step && step.at % 4 === 0) expect(timeline.items).toHaveLength(timeline.messages.length);
      }
      await within(time, Promise.all(loads));
      await time.until(() => client.status.kind === 'online');
      await time.settle();
      const shown = plain(timeline.messages);
      const all = plain(await within(time, everything(client)));
      const first = shown[0]?.sequence ?? Number.POSITIVE_INFINITY;
      const last = shown.at(-1)?.sequence ?? 0;
      expect(shown).toEqual(all.filter(({ sequence }) => first <= sequence && sequence <= last));
      while (timeline.hasAfter) await within(time, timeline.loadAfter(7));
      while (timeline.hasBefore) await within(time, timeline.loadBefore(7));
      expect(plain(timeline.messages)).toEqual(all);
      await client.close();
    }),
    { numRuns: 150 },
  );
});
