/** What a run was like, a line each, for people. */
import type { Actor } from './actor.ts';
import type { Verdict } from './judge.ts';
import type { Stay } from './orders.ts';

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

export const printFigure = (name: string, ms: number): void => console.log(`  ${name}: ${seconds(ms)}`);

/** Prints it too. */
export function verdictOf(verdicts: ReadonlyMap<string, Verdict>, who: string): Verdict {
  const verdict = verdicts.get(who);
  if (verdict === undefined) throw new Error(`${who} never talked`);
  printVerdict(who, verdict);
  return verdict;
}

function printVerdict(who: string, { said, lost, doubled, misplaced, interruptions }: Verdict): void {
  console.log(
    `  ${who}: ${said} messages, ${lost.length} lost, ${doubled.length} doubled, ${misplaced.length} misplaced`,
  );
  for (const { name, arrivalMs, answerMs, gapMs } of interruptions)
    console.log(
      `  ${who}, ${name}: ${seconds(Math.max(arrivalMs, gapMs))} (arrival ${seconds(arrivalMs)}, gap ${seconds(gapMs)}, answer ${seconds(answerMs)})`,
    );
}

/** The way of the session and of the connections it had, timed from the first. */
export async function printWay(actor: Actor): Promise<void> {
  const { paths } = await actor.where();
  const { states } = await actor.report();
  const start = states[0]?.at ?? 0;
  const from = (at: number): string => ((at - start) / 1_000).toFixed(2);
  const stay = ({ transport, since, until, left }: Stay): string =>
    `  ${actor.name} ${from(since)}-${until === undefined ? '' : from(until)} ${transport}${left === '' ? '' : `: ${left}`}`;
  console.log(paths.map(stay).join('\n'));
  console.log(states.map(({ at, state }) => `  ${actor.name} ${from(at)} ${state}`).join('\n'));
}
