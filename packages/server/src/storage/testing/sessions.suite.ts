import { describe, expect, test } from 'bun:test';
import { GENERATION_MAX, GENERATION_STEP_MAX, type SessionId } from '@sotto/model';
import type { Rotation, RotationResult } from '../../accounts/store.ts';
import type { Store } from '../store.ts';
import {
  type Backend,
  bytes,
  createUsers,
  device,
  newSession,
  started,
  user,
  withStore,
} from './fixtures.ts';

const withUsers = (backend: Backend, run: (accounts: Store['accounts']) => Promise<void>): Promise<void> =>
  withStore(backend, async (store) => {
    await createUsers(store, 'ann', 'ben');
    await run(store.accounts);
  });

const hash = (tag: string) => bytes(32, tag);

/** Starts session "a" of the first user; what is returned rotates it. */
async function rotating(accounts: Store['accounts']) {
  const { id } = await started(accounts, newSession('a'));
  return (usedHash: Uint8Array, next: string, of: Partial<Rotation> = {}) =>
    accounts.rotateSession({ id, usedHash, newHash: hash(next), generation: 0, nowMs: 11_000, ...of });
}

const generationOf = (result: RotationResult) =>
  result.kind === 'rotated' ? result.session.generation : result.kind;

export function sessionsSuite(backend: Backend): void {
  describe(`sessions on ${backend.name}`, () => {
    test('T11 a session is found by its token; its device is made once for a user', () =>
      withUsers(backend, async (accounts) => {
        const start = newSession('a');
        const { tokenHash, nowMs, ...given } = start;
        const record = {
          ...given,
          device: device(1),
          generation: 1,
          createdMs: nowMs,
          lastSeenMs: nowMs,
          revokedMs: 0,
          token: undefined,
        };
        expect(await accounts.deviceKnown(user(1), start.deviceKey)).toBe(false);
        expect(await started(accounts, start)).toEqual(record);
        expect(await accounts.sessionByToken(tokenHash)).toEqual(record);
        expect(await accounts.sessionByToken(hash('none'))).toBeUndefined();
        expect(await accounts.deviceKnown(user(1), start.deviceKey)).toBe(true);
        expect(await accounts.deviceKnown(user(2), start.deviceKey)).toBe(false);
        const other = newSession('b', { user: user(2), deviceKey: start.deviceKey });
        expect((await started(accounts, other)).device).toBe(device(2));
      }));

    test('A5 a new session of a device ends its earlier ones, and no others', () =>
      withUsers(backend, async (accounts) => {
        const first = newSession('a');
        await accounts.startSession(first);
        await accounts.startSession(newSession('b'));
        const next = newSession('c', { deviceKey: first.deviceKey, deviceName: 'renamed', nowMs: 20_000 });
        expect(await started(accounts, next)).toMatchObject({
          device: 1,
          deviceName: 'renamed',
          generation: 1,
        });
        expect(await accounts.sessionByToken(first.tokenHash)).toMatchObject({ revokedMs: 20_000 });
        const living = await accounts.sessions(user(1), 10);
        expect(living.map((session) => session.id)).toEqual([next.id, newSession('b').id]);
      }));

    test('T11 T12 [SESSION-3] rotating keeps the old token valid until the new one is used', () =>
      withUsers(backend, async (accounts) => {
        const rotate = await rotating(accounts);
        const first = newSession('a').tokenHash;
        expect(await rotate(first, 'second', { nowMs: 11_000 })).toMatchObject({
          session: { generation: 2, lastSeenMs: 11_000 },
        });
        expect(await accounts.sessionByToken(first)).toMatchObject({ generation: 2 });
        expect(await accounts.sessionByToken(hash('second'))).toMatchObject({ generation: 2 });
        // The reply with the second token was lost: the first one works again, the second no more.
        expect(await rotate(first, 'third')).toMatchObject({ session: { generation: 3 } });
        expect(await accounts.sessionByToken(hash('second'))).toBeUndefined();
        expect(await rotate(hash('second'), 'fourth')).toEqual({ kind: 'tokenUnknown' });
        // The third is used: the first ends.
        expect(await rotate(hash('third'), 'fourth')).toMatchObject({ session: { generation: 4 } });
        expect(await accounts.sessionByToken(first)).toBeUndefined();
        expect(await rotate(first, 'fifth')).toEqual({ kind: 'tokenUnknown' });
      }));

    test('T12 each of many takeovers at once raises the generation by one', () =>
      withUsers(backend, async (accounts) => {
        const rotate = await rotating(accounts);
        const rotations = ['p', 'q', 'r', 's'].map((next) => rotate(newSession('a').tokenHash, next));
        expect((await Promise.all(rotations)).map(generationOf)).toEqual([2, 3, 4, 5]);
      }));

    test('T12 [SESSION-8] a named generation is taken when it is greater; else nothing changes', () =>
      withUsers(backend, async (accounts) => {
        const rotate = await rotating(accounts);
        const { tokenHash } = newSession('a');
        expect(generationOf(await rotate(tokenHash, 'second', { generation: 6 }))).toBe(6);
        const before = await accounts.sessionByToken(tokenHash);
        for (const generation of [1, 5, 6]) {
          const late = await rotate(tokenHash, 'late', { generation, nowMs: 99_000 });
          expect(late).toEqual({ kind: 'takenOver' });
        }
        expect(await accounts.sessionByToken(hash('late'))).toBeUndefined();
        expect(await accounts.sessionByToken(tokenHash)).toEqual(before);
        expect(await accounts.sessionByToken(hash('second'))).toEqual(before);
      }));

    test.each([
      { named: [2, 3, 4, 5], taken: [2, 3, 4, 5] },
      { named: [5, 4, 3, 2], taken: [5, 'takenOver', 'takenOver', 'takenOver'] },
      { named: [3, 2, 3, 4], taken: [3, 'takenOver', 'takenOver', 4] },
      { named: [3, 0, 4, 5], taken: [3, 4, 'takenOver', 5] },
    ] as const)(
      'T12 [SESSION-8] of $named at once in one commit those that rise are taken',
      ({ named, taken }) =>
        withUsers(backend, async (accounts) => {
          const rotate = await rotating(accounts);
          const rotations = named.map((generation, index) =>
            rotate(newSession('a').tokenHash, `next ${index}`, { generation }),
          );
          expect((await Promise.all(rotations)).map(generationOf)).toEqual([...taken]);
          const winner = taken.findLastIndex((result) => typeof result === 'number');
          expect(await accounts.sessionByToken(hash(`next ${winner}`))).toMatchObject({
            generation: Math.max(...named, 0),
          });
        }),
    );

    test('[SESSION-8] a generation too far off is refused, and the last one has no next', () =>
      withUsers(backend, async (accounts) => {
        const rotate = await rotating(accounts);
        const { tokenHash } = newSession('a');
        const beyond = { generation: 1 + GENERATION_STEP_MAX + 1 };
        expect(await rotate(tokenHash, 'far', beyond)).toEqual({ kind: 'tooFar' });
        expect(await rotate(tokenHash, 'far', { generation: GENERATION_MAX })).toEqual({ kind: 'tooFar' });
        expect(await accounts.sessionByToken(hash('far'))).toBeUndefined();
        const steps = Array.from({ length: 4_096 }, (_, index) =>
          Math.min(1 + (index + 1) * GENERATION_STEP_MAX, GENERATION_MAX),
        );
        const climbed = await Promise.all(
          steps.map((generation) => rotate(tokenHash, `${generation}`, { generation })),
        );
        expect(climbed.map(generationOf)).toEqual(steps);
        expect(steps.at(-1)).toBe(GENERATION_MAX);
        expect(await rotate(tokenHash, 'next')).toEqual({ kind: 'ended' });
        expect(await rotate(tokenHash, 'next', { generation: GENERATION_MAX })).toEqual({ kind: 'ended' });
      }));

    test('A5 a revoked session stays found, cannot be rotated, and is revoked once', () =>
      withUsers(backend, async (accounts) => {
        const { id, tokenHash } = newSession('a');
        await accounts.startSession(newSession('a'));
        expect(await accounts.revokeSession(id, 15_000)).toBe(true);
        expect(await accounts.revokeSession(id, 16_000)).toBe(false);
        expect(await accounts.revokeSession('none' as SessionId, 16_000)).toBe(false);
        expect(await accounts.sessionByToken(tokenHash)).toMatchObject({ id, revokedMs: 15_000 });
        const rotation = { id, usedHash: tokenHash, newHash: hash('next'), generation: 9, nowMs: 17_000 };
        expect(await accounts.rotateSession(rotation)).toEqual({ kind: 'ended' });
        expect(await accounts.sessions(user(1), 10)).toEqual([]);
      }));

    test('A5 revocations are listed since a time; living sessions newest first', () =>
      withUsers(backend, async (accounts) => {
        for (const [tag, owner, nowMs] of [
          ['a', 1, 1_000],
          ['b', 2, 3_000],
          ['c', 1, 2_000],
          ['d', 1, 4_000],
        ] as const) {
          await accounts.startSession(newSession(tag, { user: user(owner), nowMs }));
        }
        const ids = (...tags: readonly string[]) => tags.map((tag) => newSession(tag).id);
        const listed = async (of: number | undefined, limit: number) =>
          (await accounts.sessions(of === undefined ? undefined : user(of), limit)).map(
            (session) => session.id,
          );
        expect(await listed(undefined, 10)).toEqual(ids('d', 'b', 'c', 'a'));
        expect(await listed(1, 2)).toEqual(ids('d', 'c'));
        await accounts.revokeSession(newSession('a').id, 5_000);
        await accounts.revokeSession(newSession('b').id, 6_000);
        expect(await accounts.revokedSince(5_001)).toEqual(ids('b'));
        expect([...(await accounts.revokedSince(5_000))].toSorted()).toEqual(ids('a', 'b'));
        expect(await accounts.revokedSince(0)).toHaveLength(2);
        expect(await accounts.revokedSince(6_001)).toEqual([]);
      }));
  });
}
