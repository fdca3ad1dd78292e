/** What storage does with passwords, second factors, tokens, devices, recovery, suspension and deletion. */
import { describe, expect, test } from 'bun:test';
import { inboxStream, type RoomNumber, type UserNumber } from '@sotto/model';
import type { NewSession } from '../../accounts/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  createUsers,
  device,
  newEvent,
  newSession,
  sequence,
  started,
  stream,
  user,
  withStore,
} from './fixtures.ts';

const withUsers = (backend: Backend, run: (store: Store) => Promise<void>): Promise<void> =>
  withStore(backend, async (store) => {
    await createUsers(store, 'ann', 'ben');
    await run(store);
  });

const ANN = user(1);
const BEN = user(2);
const RECORD = bytes(48, 'ann');
const SEALED = bytes(48, 'sealed');
const CODE = bytes(32, 'code');
const act = (nowMs: number) => ({ by: BEN, nowMs });

type Accounts = Store['accounts'];
const token = (tag: string, of: Partial<Parameters<Accounts['createToken']>[0]> = {}) => ({
  user: ANN,
  name: tag,
  scopes: ['read', 'write'],
  tokenHash: bytes(32, `api ${tag}`),
  createdMs: 1,
  expiresMs: 0,
  ...of,
});

/** In use from step 5 on. */
async function withFactor(accounts: Accounts): Promise<void> {
  await accounts.enrolSecondFactor(ANN, SEALED, 1);
  await accounts.confirmSecondFactor({
    user: ANN,
    sealedSecret: SEALED,
    step: 5,
    codeHashes: [CODE],
    nowMs: 2,
  });
}

export function securitySuite(backend: Backend): void {
  describe(`security on ${backend.name}`, () => {
    test('[LOGIN-8] a session begins only where what it rests on still holds', () =>
      withUsers(backend, async ({ accounts }) => {
        let count = 0;
        const begin = async (rests: NewSession['rests'], nowMs = 10_000) => {
          const fresh = { ...newSession(`${count++}`, { nowMs }), ...(rests === undefined ? {} : { rests }) };
          return (await accounts.startSession(fresh)).kind;
        };
        expect(await begin({ registrationRecord: RECORD })).toBe('started');
        expect(await begin({ registrationRecord: bytes(48, 'older') })).toBe('passwordChanged');
        const one = await accounts.createToken(token('one', { expiresMs: 20_000 }), 9);
        expect(await begin({ apiToken: one?.id ?? 0 })).toBe('started');
        expect(await begin({ apiToken: one?.id ?? 0 }, 20_000)).toBe('tokenGone');
        expect(await begin({ apiToken: 99 })).toBe('tokenGone');
        await withFactor(accounts);
        expect(await begin({ registrationRecord: RECORD })).toBe('factorUsed');
        await accounts.suspend(ANN, 'spam', act(11_000));
        expect(await begin({ registrationRecord: RECORD })).toBe('suspended');
        await accounts.restore(ANN, act(12_000));
        await accounts.setOwner(BEN, act(12_000));
        await accounts.deleteAccount({ ...act(13_000), user: ANN, tombstone: 'x', eraseMessages: false });
        expect(await begin({ registrationRecord: RECORD })).toBe('deleted');
      }));

    test('[FACTOR-4] a step and a recovery code are used once, by one of many at once; a step passes the earlier ones', () =>
      withUsers(backend, async ({ accounts }) => {
        await withFactor(accounts);
        let count = 0;
        const begin = async (factor: NonNullable<NewSession['rests']>['factor']) => {
          const rests = { registrationRecord: RECORD, ...(factor === undefined ? {} : { factor }) };
          return (await accounts.startSession(newSession(`${count++}`, { rests }))).kind;
        };
        const step = (of: number) => ({ kind: 'step', step: of }) as const;
        expect(await begin(step(5))).toBe('factorUsed');
        const same = await Promise.all(Array.from({ length: 8 }, () => begin(step(7))));
        expect(same.filter((kind) => kind === 'started')).toHaveLength(1);
        expect(await begin(step(6))).toBe('factorUsed');
        const recovery = { kind: 'recoveryCode', codeHash: CODE } as const;
        const codes = await Promise.all(Array.from({ length: 8 }, () => begin(recovery)));
        expect(codes.filter((kind) => kind === 'started')).toHaveLength(1);
        expect(await accounts.recoveryCodes(ANN)).toEqual([]);
      }));

    test('[FACTOR-1] [FACTOR-6] a factor is in use once it is confirmed, is not replaced then, and goes with its codes', () =>
      withUsers(backend, async ({ accounts }) => {
        expect(await accounts.secondFactor(ANN)).toBeUndefined();
        await accounts.enrolSecondFactor(ANN, bytes(48, 'earlier'), 1);
        expect(await accounts.enrolSecondFactor(ANN, SEALED, 3)).toBe(true);
        const confirmed = { user: ANN, step: 5, codeHashes: [CODE, bytes(32, 'b')], nowMs: 4 };
        expect(await accounts.confirmSecondFactor({ ...confirmed, sealedSecret: bytes(48, 'earlier') })).toBe(
          false,
        );
        expect(await accounts.confirmSecondFactor({ ...confirmed, sealedSecret: SEALED })).toBe(true);
        expect(await accounts.confirmSecondFactor({ ...confirmed, sealedSecret: SEALED })).toBe(false);
        expect(await accounts.secondFactor(ANN)).toEqual({
          sealedSecret: SEALED,
          createdMs: 3,
          confirmedMs: 4,
          lastStep: 5,
        });
        expect(await accounts.enrolSecondFactor(ANN, bytes(48, 'later'), 5)).toBe(false);
        expect(await accounts.recoveryCodes(ANN)).toHaveLength(2);
        expect(await accounts.dropSecondFactor(ANN)).toBe(true);
        expect(await accounts.dropSecondFactor(ANN)).toBe(false);
        expect(await accounts.recoveryCodes(ANN)).toEqual([]);
      }));

    test('[PASSWORD-1] the record, the sealed key and the end of the other sessions are one change', () =>
      withUsers(backend, async ({ accounts }) => {
        const kept = await started(accounts, newSession('kept'));
        await started(accounts, newSession('b'));
        await started(accounts, newSession('c'));
        await started(accounts, newSession('other', { user: BEN }));
        const recovery = { user: ANN, codeHash: CODE, expiresMs: 99, keepSecondFactor: false };
        await accounts.createRecovery(recovery, act(1));
        const change = { user: ANN, registrationRecord: bytes(48, 'new'), keep: kept.id, nowMs: 20_000 };
        const ended = await accounts.changePassword({ ...change, sealedBackupKey: bytes(9, 'key') });
        expect([...(ended ?? [])].toSorted()).toEqual([newSession('b').id, newSession('c').id]);
        expect(await accounts.registrationRecord(ANN)).toEqual(bytes(48, 'new'));
        expect(await accounts.sealedBackupKey(ANN)).toEqual(bytes(9, 'key'));
        expect((await accounts.sessions(undefined, 9)).map(({ user: of }) => of)).toEqual([ANN, BEN]);
        expect([...(await accounts.revokedSince(20_000))].toSorted()).toEqual([...(ended ?? [])].toSorted());
        expect(await accounts.recoveryUsable(ANN, CODE, 1)).toBe(false);
        await accounts.changePassword({ ...change, sealedBackupKey: new Uint8Array(0) });
        expect(await accounts.sealedBackupKey(ANN)).toHaveLength(0);
      }));

    test('[PASSWORD-1] of two devices that change it at once one does, and a session that has ended changes nothing', () =>
      withUsers(backend, async ({ accounts }) => {
        const [one, other] = [
          await started(accounts, newSession('one')),
          await started(accounts, newSession('other')),
        ];
        const change = { user: ANN, sealedBackupKey: bytes(9, 'key'), nowMs: 20_000 };
        const changed = await Promise.all(
          [one, other].map(({ id }) =>
            accounts.changePassword({ ...change, keep: id, registrationRecord: bytes(48, id) }),
          ),
        );
        expect(changed).toEqual([[other.id], undefined]);
        expect(await accounts.registrationRecord(ANN)).toEqual(bytes(48, one.id));
        expect((await accounts.sessions(ANN, 9)).map(({ id }) => id)).toEqual([one.id]);
      }));

    test('[RECOVERY-1] [ADMIN-2] a code that was made before the account rose opens nothing then', () =>
      withUsers(backend, async ({ accounts }) => {
        const recovery = { user: BEN, codeHash: CODE, expiresMs: 99, keepSecondFactor: false };
        const isGood = () => accounts.recoveryUsable(BEN, CODE, 2);
        await accounts.createRecovery(recovery, act(1));
        await accounts.setAdministrator(BEN, true, act(2));
        expect(await isGood()).toBe(false);
        await accounts.createRecovery(recovery, act(3));
        await accounts.setAdministrator(BEN, false, act(4));
        expect(await isGood()).toBe(true);
        await accounts.setOwner(BEN, act(5));
        expect(await isGood()).toBe(false);
      }));

    test('[RECOVERY-1] [RECOVERY-2] a code recovers once, before it expires; the later one holds', () =>
      withUsers(backend, async ({ accounts }) => {
        await withFactor(accounts);
        await started(accounts, newSession('a'));
        await accounts.createToken(token('one'), 9);
        const recovery = { user: ANN, expiresMs: 5_000, keepSecondFactor: true };
        await accounts.createRecovery({ ...recovery, codeHash: bytes(32, 'old') }, act(1));
        await accounts.createRecovery({ ...recovery, codeHash: CODE, keepSecondFactor: false }, act(1));
        expect(await accounts.recoveryUsable(ANN, bytes(32, 'old'), 1)).toBe(false);
        expect(await accounts.recoveryUsable(ANN, CODE, 5_000)).toBe(false);
        expect(await accounts.recoveryUsable(BEN, CODE, 1)).toBe(false);
        expect(await accounts.recoveryUsable(ANN, CODE, 4_999)).toBe(true);
        const use = { user: ANN, codeHash: CODE, registrationRecord: bytes(48, 'new'), nowMs: 4_000 };
        const secrets = { ...use, sealedBackupKey: new Uint8Array(0) };
        const both = await Promise.all([accounts.recover(secrets), accounts.recover(secrets)]);
        expect(both.filter((ended) => ended !== undefined)).toEqual([[newSession('a').id]]);
        expect(await accounts.secondFactor(ANN)).toBeUndefined();
        expect(await accounts.tokens(ANN)).toEqual([]);
        expect(await accounts.registrationRecord(ANN)).toEqual(bytes(48, 'new'));
      }));

    test('[DEVICE-1] sessions of a token hide none of a password, however many there are', () =>
      withUsers(backend, async ({ accounts }) => {
        const one = await accounts.createToken(token('one'), 9);
        const own = await started(accounts, newSession('own'));
        const rests = { apiToken: one?.id ?? 0 };
        for (let count = 0; count < 3; count++)
          await started(accounts, newSession(`bot ${count}`, { rests, nowMs: 11_000 + count }));
        const listed = (await accounts.sessions(ANN, 2)).map(({ id }) => id);
        expect(listed).toEqual([own.id, newSession('bot 2').id]);
      }));

    test('[TOKEN-1] [TOKEN-5] tokens are counted, found by their hash, and end their own sessions alone', () =>
      withUsers(backend, async ({ accounts }) => {
        const one = await accounts.createToken(token('one'), 2);
        const two = await accounts.createToken(token('two', { expiresMs: 500 }), 2);
        expect(await accounts.createToken(token('three'), 2)).toBeUndefined();
        expect(await accounts.tokenByHash(bytes(32, 'api two'))).toEqual(two);
        expect(await accounts.tokenByHash(bytes(32, 'none'))).toBeUndefined();
        expect(await accounts.tokens(ANN)).toMatchObject([
          { name: 'one', scopes: ['read', 'write'] },
          { id: 2 },
        ]);
        const of = (id: number | undefined) => ({ rests: { apiToken: id ?? 0 }, nowMs: 100 });
        await started(accounts, newSession('one', of(one?.id)));
        await started(accounts, newSession('two', of(two?.id)));
        await started(accounts, newSession('password'));
        expect(await accounts.sessionByToken(bytes(32, 'token two'))).toMatchObject({
          token: { id: 2, scopes: ['read', 'write'] },
        });
        expect(await accounts.deviceKnown(ANN, newSession('one').deviceKey)).toBe(false);
        expect(await accounts.revokeToken(BEN, 1, 200)).toBeUndefined();
        expect(await accounts.revokeToken(ANN, 1, 200)).toEqual([newSession('one').id]);
        expect(await accounts.expireTokens(499)).toEqual([]);
        expect(await accounts.expireTokens(500)).toEqual([newSession('two').id]);
        expect(await accounts.tokens(ANN)).toEqual([]);
        expect(await accounts.sessions(ANN, 9)).toMatchObject([{ id: newSession('password').id }]);
      }));

    test('[DEVICE-2] [DEVICE-3] a device is renamed and revoked by its user alone', () =>
      withUsers(backend, async ({ accounts }) => {
        const { device: number, id } = await started(accounts, newSession('a'));
        expect(await accounts.deviceKey(number)).toEqual(newSession('a').deviceKey);
        expect(await accounts.deviceKey(device(99))).toBeUndefined();
        expect(await accounts.renameDevice(BEN, number, 'mine')).toBe(false);
        expect(await accounts.renameDevice(ANN, number, 'old phone')).toBe(true);
        expect(await accounts.sessions(ANN, 9)).toMatchObject([{ deviceName: 'old phone' }]);
        expect(await accounts.revokeDevice(BEN, number, 20_000)).toBeUndefined();
        expect(await accounts.revokeDevice(ANN, number, 20_000)).toEqual([id]);
        expect(await accounts.revokeDevice(ANN, number, 21_000)).toEqual([]);
      }));

    test('[SUSPEND-1] [SUSPEND-3] [ADMIN-1] standing changes with its entry in the audit log, and is found by its time', () =>
      withUsers(backend, async ({ accounts, rooms }) => {
        await started(accounts, newSession('b', { user: BEN }));
        expect(await accounts.usersChangedSince(1)).toEqual([]);
        expect(await accounts.suspend(BEN, 'spam', { by: ANN, nowMs: 30 })).toEqual([newSession('b').id]);
        expect(await accounts.suspendReason(BEN)).toBe('spam');
        expect(await accounts.usersChangedSince(30)).toMatchObject([{ number: 2, suspendedMs: 30 }]);
        expect(await accounts.usersChangedSince(31)).toEqual([]);
        await accounts.restore(BEN, { by: ANN, nowMs: 40 });
        await accounts.setAdministrator(BEN, true, { by: ANN, nowMs: 50 });
        expect(await accounts.userByNumber(BEN)).toMatchObject({ suspendedMs: 0, administrator: true });
        await accounts.setOwner(BEN, { by: user(0), nowMs: 60 });
        expect((await accounts.users(user(0), 9)).map(({ owner }) => owner)).toEqual([false, true]);
        const entries = await rooms.audit(undefined, 0, 9);
        expect(entries.map(({ action }) => action)).toEqual(['appoint', 'appoint', 'restore', 'suspend']);
        expect(await accounts.suspend(user(99), '', { by: ANN, nowMs: 70 })).toEqual([]);
        expect(await rooms.audit(undefined, 0, 9)).toHaveLength(4);
      }));

    test('[DELETE-1] [DELETE-2] [DELETE-5] nothing of a deleted account is found but what stands for its name', () =>
      withUsers(backend, async (store) => {
        const { accounts, events } = store;
        const all = { ...act(50), user: BEN, tombstone: 'deleted-2', eraseMessages: true };
        await started(accounts, newSession('b', { user: BEN }));
        await accounts.createToken(token('bot', { user: BEN }), 9);
        const profile = {
          user: BEN,
          displayName: 'Benny',
          about: '',
          statusText: '',
          statusEmoji: '',
          timeZone: '',
        };
        await accounts.saveProfile({ ...profile, statusUntilMs: 0 }, 'benny', 5);
        await accounts.saveLastSeen([{ user: BEN, atMs: 5 }]);
        const saved = { kind: 'settingSaved', user: BEN, key: 'dnd', value: bytes(4, 'v') } as const;
        await appendOne(store, append([newEvent({ stream: inboxStream(BEN) })], { changes: [saved] }));
        expect(await accounts.deleteAccount(all)).toBe(true);
        expect(await accounts.deleteAccount(all)).toBe(false);
        expect(await accounts.deleteAccount({ ...all, user: ANN })).toBe(false);
        const tombstone = { name: 'deleted-2', deletedMs: 50, displayName: '', lastSeenMs: 0 };
        expect(await accounts.userByNumber(BEN)).toMatchObject(tombstone);
        expect(await accounts.userByNameKey('ben')).toBeUndefined();
        expect(await accounts.usersByNameKeys(['ben'])).toEqual([]);
        expect(await accounts.nameTaken('ben', 'x')).toBe(true);
        expect(await accounts.nameTaken('x', 'benny')).toBe(false);
        expect(await accounts.userCount()).toBe(1);
        expect(await accounts.users(user(0), 9)).toHaveLength(1);
        expect(await accounts.sessionByToken(newSession('b').tokenHash)).toBeUndefined();
        expect(await accounts.tokens(BEN)).toEqual([]);
        expect(await accounts.hasSetting(BEN, 'dnd')).toBe(false);
        expect(
          (await events.read(inboxStream(BEN), sequence(0), 9)).map(({ content }) => content.length),
        ).toEqual([0]);
      }));

    test('[DELETE-4] what is left to do is found until it is done: the rooms, and what was written there', () =>
      withUsers(backend, async (store) => {
        const { accounts, events } = store;
        const write = (of: UserNumber, tag: string, inStream: number) =>
          newEvent({ stream: stream(inStream), sender: of, clientMessageId: bytes(16, tag) });
        await appendOne(
          store,
          append([write(BEN, 'a', 8), write(ANN, 'b', 8), write(BEN, 'c', 8), write(BEN, 'd', 12)]),
        );
        await accounts.deleteAccount({ ...act(50), user: BEN, tombstone: 'x', eraseMessages: true });
        const left = async () =>
          (await accounts.unfinishedDeletions(user(0), 9)).map(({ mustLeave, mustErase }) => [
            mustLeave,
            mustErase,
          ]);
        expect(await left()).toEqual([[true, true]]);
        expect(await accounts.unfinishedDeletions(BEN, 9)).toEqual([]);
        await accounts.finishDeletion(BEN, 'left');
        expect(await left()).toEqual([[false, true]]);
        const written = (after: number, limit: number) =>
          accounts.writtenBy(BEN, stream(8), sequence(after), limit);
        expect(await written(0, 9)).toEqual([sequence(1), sequence(3)]);
        expect(await written(0, 1)).toEqual([sequence(1)]);
        expect(await written(1, 9)).toEqual([sequence(3)]);
        await events.eraseContents(stream(8), await written(0, 9));
        expect(await written(0, 9)).toEqual([]);
        await accounts.finishDeletion(BEN, 'erased');
        expect(await left()).toEqual([]);
        expect(await accounts.roomNumbers(0 as RoomNumber, 9)).toEqual([1 as RoomNumber]);
      }));
  });
}
