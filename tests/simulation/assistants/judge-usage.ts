/** What was counted is what the provider saw: each question once, with the tokens that the provider told of. */
import type { Store } from '@sotto/server/testing';
import type { Asked } from './attribution.ts';
import type { AnswerTrial } from './judge-answers.ts';
import type { SeenRequest } from './provider.ts';

type Kind = 'account' | 'room' | 'assistant' | 'server';

/** What one question came to, in all its attempts. */
interface Spent {
  requests: SeenRequest[];
  subjects: readonly `${Kind} ${number}`[];
}

const DAY_MS = 24 * 60 * 60_000;

export async function judgeUsage(trial: AnswerTrial, store: Store, atMs: number): Promise<void> {
  const spent = spentOf(trial);
  const subjects = new Set(spent.flatMap((one) => one.subjects));
  // What a server that died had in hand is counted in full, or not at all.
  const crashed = trial.ends.some((end) => end.crashed);
  for (const subject of subjects) {
    const [kind, number] = subject.split(' ') as [Kind, string];
    const [used] = await store.assistants.usage(Math.floor(atMs / DAY_MS), [
      { kind, number: Number(number) },
    ]);
    const { requests = 0, tokens = 0 } = used ?? {};
    const own = spent.filter((one) => one.subjects.includes(subject));
    const bounds = boundsOf(own);
    const isWithin =
      requests >= bounds.least && tokens >= bounds.tokens && (crashed || requests <= bounds.most);
    const isExact = crashed || !bounds.isTold || tokens === bounds.tokens;
    if (!isWithin || !isExact)
      trial.problems.push(
        `${subject}: ${requests} questions and ${tokens} tokens were counted, of ${JSON.stringify(bounds)}`,
      );
  }
}

function boundsOf(spent: readonly Spent[]) {
  const reached = (of: readonly SeenRequest['reached'][]) =>
    spent.filter(({ requests }) => requests.some((one) => of.includes(one.reached))).length;
  const requests = spent.flatMap((one) => one.requests);
  const tokens = requests.map((one) => (one.tokens?.prompt ?? 0) + (one.tokens?.answer ?? 0));
  return {
    least: reached(['yes']),
    most: reached(['yes', 'perhaps']),
    tokens: tokens.reduce((sum, one) => sum + one, 0),
    /** All that was spent. */
    isTold: requests.every((one) => one.tokens !== undefined),
  };
}

function spentOf({ seen, asked, assistants }: AnswerTrial): readonly Spent[] {
  const spent = new Map<string, Spent>();
  for (const request of seen) {
    const by = asked.get(request);
    if (by === undefined) continue;
    const key = `${request.request.model} ${keyOf(by)}`;
    const assistant = assistants.get(request.request.model) ?? 0;
    const known = spent.get(key) ?? {
      requests: [],
      subjects: ['server 0' as const, `assistant ${assistant}` as const, ...subjectsOf(by)],
    };
    known.requests.push(request);
    spent.set(key, known);
  }
  return [...spent.values()];
}

function keyOf(by: Asked): string {
  switch (by.kind) {
    case 'question':
      return `${by.room}/${by.sequence}`;
    case 'summary':
      return by.of.map(({ fromMs, by: asker }) => `${asker} at ${fromMs}`).join();
    default:
      return by.word;
  }
}

function subjectsOf(by: Asked): Spent['subjects'] {
  if (by.kind !== 'summary')
    return [`account ${by.asker}`, ...(by.room === 0 ? [] : [`room ${by.room}` as const])];
  const [one] = by.of;
  return one === undefined ? [] : [`account ${one.by}`, `room ${one.room}`];
}
