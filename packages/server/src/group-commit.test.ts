import { describe, expect, test } from 'bun:test';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { GroupCommit } from './group-commit.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Commits wait until `release`; each item is its own result. */
function slowCommits(maxBytes = 1_000, itemBytes = 100) {
  const batches: number[][] = [];
  let held: PromiseWithResolvers<void> | undefined;
  const commits = new GroupCommit<number, number>({
    commit: async (batch) => {
      batches.push([...batch]);
      held = Promise.withResolvers();
      await held.promise;
      return batch;
    },
    weigh: () => itemBytes,
    maxBytes,
  });
  return { commits, batches, held: () => held };
}

describe('group commit', () => {
  test('[LOG-5] while one commit runs the next batch gathers, and each item gets its own result', async () => {
    const { commits, batches, held } = slowCommits();
    const results = [1, 2, 3].map((item) => commits.add(item));
    await turn();
    results.push(commits.add(4), commits.add(5));
    expect(batches).toEqual([[1, 2, 3]]);
    held()?.resolve();
    await turn();
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    held()?.resolve();
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5]);
    await commits.idle();
  });

  test('[LOG-5] a commit takes what fits its bytes, and never nothing', async () => {
    const ofSize = async (itemBytes: number) => {
      const { commits, batches, held } = slowCommits(2 ** 40, itemBytes);
      const results = Promise.all([1, 2, 3, 4, 5].map((item) => commits.add(item)));
      for (let commit = 0; commit < 5; commit++) {
        await turn();
        held()?.resolve();
      }
      expect(await results).toEqual([1, 2, 3, 4, 5]);
      return batches;
    };
    expect(await ofSize(2 ** 23)).toEqual([[1, 2], [3, 4], [5]]);
    expect(await ofSize(2 ** 25)).toEqual([[1], [2], [3], [4], [5]]);
  });

  test('a commit that fails rejects its own items and no others', async () => {
    const { commits, held } = slowCommits();
    const failed = commits.add(1).catch((error) => error.message);
    await turn();
    const later = commits.add(2);
    held()?.reject(new Error('disk'));
    expect(await failed).toBe('disk');
    await turn();
    held()?.resolve();
    expect(await later).toBe(2);
  });

  test('what waits is bounded by its bytes, and room comes back', async () => {
    const { commits, held } = slowCommits(300);
    const accepted = [1, 2, 3].map((item) => commits.add(item));
    const refused = await commits.add(4).catch((error) => error);
    expect(refused).toBeInstanceOf(SottoError);
    expect(refused.code).toBe(ErrorCode.RATE_LIMITED);
    held()?.resolve();
    await Promise.all(accepted);
    const again = commits.add(5);
    await turn();
    held()?.resolve();
    expect(await again).toBe(5);
  });
});
