import { describe, expect, test } from 'bun:test';
import type { RoomNumber, UserNumber } from '@sotto/model';
import { Deletion, type DeletionOptions } from './deletion.ts';
import { register } from './testing/client.ts';
import { makeStore, makeWorld } from './testing/world.ts';

async function deletedUsers(options: Partial<DeletionOptions> = {}) {
  const store = await makeStore();
  const { accounts, clock } = await makeWorld({ store });
  const users = [];
  for (const name of ['ann', 'ben', 'cleo']) users.push(await register(accounts, name, 'p'));
  const failures: unknown[] = [];
  const left: UserNumber[] = [];
  const deletion = new Deletion({
    store,
    clock,
    changes: accounts.changes,
    policy: 'erase',
    leaveAll: async ({ number }) => void left.push(number),
    erase: async () => {},
    erased: () => {},
    idle: async () => {},
    onFailure: (failure) => failures.push(failure),
    ...options,
  });
  for (const user of users.slice(1)) await deletion.delete(user);
  const unfinished = async () =>
    (await store.unfinishedDeletions(0 as UserNumber, 9)).map(({ user }) => user.name);
  return { store, deletion, failures, left, unfinished };
}

describe('finishing deletions (A8)', () => {
  test('[DELETE-4] one that fails keeps no other from being finished, and is tried again', async () => {
    let fails = true;
    const { deletion, failures, unfinished } = await deletedUsers({
      leaveAll: async ({ number }) => {
        if (fails && number === 2) throw new Error('no way out');
      },
    });
    await deletion.sweep();
    expect(failures).toEqual([new Error('no way out')]);
    expect(await unfinished()).toEqual(['deleted-2']);
    fails = false;
    await deletion.sweep();
    expect(await unfinished()).toEqual([]);
  });

  test('[DELETE-4] sweeps asked for at once are one, and one that is stopped goes on later', async () => {
    const { deletion, left, unfinished } = await deletedUsers();
    await Promise.all([deletion.sweep(), deletion.sweep(), deletion.sweep()]);
    expect(left.map(Number)).toEqual([2, 3]);
    expect(await unfinished()).toEqual([]);
    const erased: number[] = [];
    const stopping = await deletedUsers({
      erase: async () => {
        erased.push(1);
        void stopping.deletion.stop();
      },
    });
    stopping.store.roomNumbers = async (after) => (after === 0 ? [1 as RoomNumber, 2 as RoomNumber] : []);
    stopping.store.writtenBy = async (_user, _stream, after) => (after === 0 ? [1 as never] : []);
    await stopping.deletion.sweep();
    expect(erased).toHaveLength(1);
    expect(await stopping.unfinished()).toEqual(['deleted-2', 'deleted-3']);
  });
});
