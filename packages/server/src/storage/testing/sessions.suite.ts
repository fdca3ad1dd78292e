import { describe, expect, test } from 'bun:test';
import type { SessionId } from '@sotto/model';
import type { Store } from '../store.ts';
import { type Backend, bytes, createUsers, device, newSession, user, withStore } from './fixtures.ts';

const withUsers = (backend: Backend, run: (accounts: Store['accounts']) => Promise<void>): Promise<void> =>
  withStore(backend, async (store) => {
    await createUsers(store, 'ann', 'ben');
    await run(store.accounts);
  });

const hash = (tag: string) => bytes(32, tag);

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
        };
        expect(await accounts.deviceKnown(user(1), start.deviceKey)).toBe(false);
        expect(await accounts.startSession(start)).toEqual(record);
        expect(await accounts.sessionByToken(tokenHash)).toEqual(record);
        expect(await accounts.sessionByToken(hash('none'))).toBeUndefined();
        expect(await accounts.deviceKnown(user(1), start.deviceKey)).toBe(true);
        expect(await accounts.deviceKnown(user(2), start.deviceKey)).toBe(false);
        const other = newSession('b', { user: user(2), deviceKey: start.deviceKey });
        expect((await accounts.startSession(other)).device).toBe(device(2));
      }));

    test('A5 a new session of a device ends its earlier ones, and no others', () =>
      withUsers(backend, async (accounts) => {
        const first = newSession('a');
        await accounts.startSession(first);
        await accounts.startSession(newSession('b'));
        const next = newSession('c', { deviceKey: first.deviceKey, deviceName: 'renamed', nowMs: 20_000 });
        expect(await accounts.startSession(next)).toMatchObject({
          device: 1,
          deviceName: 'renamed',
          generation: 1,
        });
        expect(await accounts.sessionByToken(first.tokenHash)).toMatchObject({ revokedMs: 20_000 });
        const living = await accounts.sessions(user(1), 10);
        expect(living.map((session) => session.id)).toEqual([next.id, newSession('b').id]);
      }));

    test('T11 T12 rotating keeps the old token valid until the new one is used', () =>
      withUsers(backend, async (accounts) => {
        const { id, tokenHash } = newSession('a');
        await accounts.startSession(newSession('a'));
        const rotate = (used: Uint8Array, next: string, nowMs: number) =>
          accounts.rotateSession(id, used, hash(next), nowMs);
        expect(await rotate(tokenHash, 'second', 11_000)).toMatchObject({
          generation: 2,
          lastSeenMs: 11_000,
        });
        expect(await accounts.sessionByToken(tokenHash)).toMatchObject({ id, generation: 2 });
        expect(await accounts.sessionByToken(hash('second'))).toMatchObject({ id, generation: 2 });
        // The reply with the second token was lost: the first one works again, the second no more.
        expect(await rotate(tokenHash, 'third', 12_000)).toMatchObject({ generation: 3 });
        expect(await accounts.sessionByToken(hash('second'))).toBeUndefined();
        expect(await rotate(hash('second'), 'fourth', 13_000)).toBeUndefined();
        // The third is used: the first ends.
        expect(await rotate(hash('third'), 'fourth', 13_000)).toMatchObject({ generation: 4 });
        expect(await accounts.sessionByToken(tokenHash)).toBeUndefined();
        expect(await rotate(tokenHash, 'fifth', 14_000)).toBeUndefined();
      }));

    test('T12 each of many takeovers at once raises the generation by one', () =>
      withUsers(backend, async (accounts) => {
        const { id, tokenHash } = newSession('a');
        await accounts.startSession(newSession('a'));
        const rotations = ['p', 'q', 'r', 's'].map((next) =>
          accounts.rotateSession(id, tokenHash, hash(next), 11_000),
        );
        const generations = (await Promise.all(rotations)).map((session) => session?.generation ?? 0);
        expect(generations.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5]);
      }));

    test('A5 a revoked session stays found, cannot be rotated, and is revoked once', () =>
      withUsers(backend, async (accounts) => {
        const { id, tokenHash } = newSession('a');
        await accounts.startSession(newSession('a'));
        expect(await accounts.revokeSession(id, 15_000)).toBe(true);
        expect(await accounts.revokeSession(id, 16_000)).toBe(false);
        expect(await accounts.revokeSession('none' as SessionId, 16_000)).toBe(false);
        expect(await accounts.sessionByToken(tokenHash)).toMatchObject({ id, revokedMs: 15_000 });
        expect(await accounts.rotateSession(id, tokenHash, hash('next'), 17_000)).toBeUndefined();
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
