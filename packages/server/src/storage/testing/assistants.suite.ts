import { describe, expect, test } from 'bun:test';
import { LOBBY, type UserNumber } from '@sotto/model';
import type { UsageRecord, UsageSubject } from '../../assistants/store.ts';
import type { Store } from '../store.ts';
import { type Backend, createUsers, newAssistant, newUser, user, withStore } from './fixtures.ts';

const OWN = {
  provider: 'ollama',
  url: 'http://127.0.0.1:11434',
  keyVariable: 'KEY_OF_HELPER',
  model: 'llama3.2',
  prompt: 'Be brief.\nSpeak German.',
} as const;
const NOTHING = {
  provider: undefined,
  url: undefined,
  keyVariable: undefined,
  model: undefined,
  prompt: undefined,
};
const DAY = 20_000;
const SERVER: UsageSubject = { kind: 'server', number: 0 };
const used = (subject: UsageSubject, requests: number, tokens: number): UsageRecord => ({
  subject,
  requests,
  tokens,
});

async function made(store: Store, name: string, of = {}): Promise<UserNumber> {
  const result = await store.assistants.createAssistant(newAssistant(name, of));
  if (result.kind !== 'created') throw new Error(`${name}: ${result.kind}`);
  return result.user.number;
}

const removed = (store: Store, number: UserNumber): Promise<boolean> =>
  store.accounts.deleteAccount({
    user: number,
    tombstone: `deleted-${number}`,
    eraseMessages: true,
    by: user(0),
    nowMs: 7,
  });

export function assistantsSuite(backend: Backend): void {
  describe(`assistants on ${backend.name}`, () => {
    accountTests(backend);
    recordTests(backend);
    usageTests(backend);
  });
}

function accountTests(backend: Backend): void {
  test('[ASSIST-1] I1: its account has no password, is nobody that counts, and the first person is the owner all the same', () =>
    withStore(backend, async (store) => {
      const { accounts } = store;
      const assistant = newAssistant('Helper');
      const record = {
        number: user(1),
        uuid: assistant.uuid,
        name: 'Helper',
        assistant: true,
        owner: false,
        administrator: false,
        suspendedMs: 0,
        deletedMs: 0,
        displayName: '',
        createdMs: 1_000,
        lastSeenMs: 0,
      };
      const result = await store.assistants.createAssistant(assistant);
      expect(result).toEqual({ kind: 'created', user: record });
      expect(await accounts.userByNumber(user(1))).toEqual(record);
      expect(await accounts.userByNameKey('helper')).toEqual(record);
      expect(await accounts.registrationRecord(user(1))).toHaveLength(0);
      expect(await accounts.userCount()).toBe(0);
      expect(await accounts.createUser(newUser('ann'))).toMatchObject({ user: { number: 2, owner: true } });
      expect(await accounts.createUser(newUser('bob'))).toMatchObject({ user: { number: 3, owner: false } });
      expect(await accounts.userCount()).toBe(2);
    }));

  test('[ASSIST-2] I1: it is in the lobby, from where the lobby is when it is made', () =>
    withStore(backend, async (store) => {
      await createUsers(store, 'ann');
      const number = await made(store, 'helper');
      expect(await store.rooms.memberCount(LOBBY)).toBe(2);
      expect((await store.rooms.visibleRooms(user(1), 0 as never, 1))[0]).toMatchObject({ members: 2 });
      expect(await store.rooms.memberships(number)).toMatchObject([
        { room: { number: LOBBY }, role: 'member', read: 0, head: 0 },
      ]);
    }));

  test('[ASSIST-1] I1: a name that is taken, or looks so, makes no assistant; and its own name goes to nobody', () =>
    withStore(backend, async (store) => {
      await createUsers(store, 'lily');
      for (const [name, nameSkeleton] of [
        ['Lily', 'other'],
        ['l1ly', '1i1y'],
      ] as const) {
        const result = await store.assistants.createAssistant(newAssistant(name, { nameSkeleton }));
        expect([name, result]).toEqual([name, { kind: 'nameTaken' }]);
      }
      expect(await store.assistants.assistants()).toEqual([]);
      await made(store, 'helper');
      expect(await store.accounts.createUser(newUser('HELPER'))).toEqual({ kind: 'nameTaken' });
    }));

  test('[ASSIST-3] I1: one that is deleted is no assistant any more, and what was set of it is gone', () =>
    withStore(backend, async (store) => {
      await createUsers(store, 'ann');
      const [first, second] = [await made(store, 'one', OWN), await made(store, 'two')];
      expect(await removed(store, first)).toBe(true);
      expect((await store.assistants.assistants()).map((one) => one.user)).toEqual([second]);
      expect(await store.accounts.unfinishedDeletions(user(0), 5)).toMatchObject([
        { user: { number: first, assistant: true, name: `deleted-${first}` }, mustLeave: true },
      ]);
      await store.assistants.saveAssistant({ ...OWN, user: first, disabledMs: 0, createdMs: 0 });
      expect((await store.assistants.assistants()).map((one) => one.user)).toEqual([second]);
    }));
}

function recordTests(backend: Backend): void {
  test('[ASSIST-4] I2: assistants are listed in the order they were made, with what each has of its own', () =>
    withStore(backend, async (store) => {
      await createUsers(store, 'ann');
      const [zoe, amy] = [await made(store, 'zoe', OWN), await made(store, 'amy', { createdMs: 5 })];
      expect(await store.assistants.assistants()).toEqual([
        { ...OWN, user: zoe, disabledMs: 0, createdMs: 1_000 },
        { ...NOTHING, user: amy, disabledMs: 0, createdMs: 5 },
      ]);
    }));

  test('[ASSIST-3] I2: saving replaces all but when it was made; of nobody, nothing', () =>
    withStore(backend, async (store) => {
      await createUsers(store, 'ann');
      const number = await made(store, 'helper', OWN);
      await store.assistants.saveAssistant({ ...NOTHING, user: number, disabledMs: 9, createdMs: 77 });
      const saved = { ...NOTHING, user: number, disabledMs: 9, createdMs: 1_000 };
      expect(await store.assistants.assistants()).toEqual([saved]);
      await store.assistants.saveAssistant({ ...saved, model: 'large', disabledMs: 0 });
      expect(await store.assistants.assistants()).toEqual([{ ...saved, model: 'large', disabledMs: 0 }]);
      // A person is no assistant by being saved as one.
      await store.assistants.saveAssistant({ ...saved, user: user(1) });
      expect(await store.assistants.assistants()).toHaveLength(1);
    }));
}

function usageTests(backend: Backend): void {
  test('[BUDGET-1] I2: what was used adds up for each subject and day, and is there after a restart', async () => {
    const place = await backend.create();
    const first = await place.open();
    const ann: UsageSubject = { kind: 'account', number: 1 };
    const room: UsageSubject = { kind: 'room', number: 1 };
    await first.assistants.addUsage(DAY, [used(ann, 1, 100), used(room, 1, 100), used(SERVER, 1, 100)]);
    await first.assistants.addUsage(DAY, [used(ann, 1, 50), used(SERVER, 1, 50)]);
    await first.assistants.addUsage(DAY + 1, [used(ann, 1, 7)]);
    await first.close();
    const second = await place.open();
    const { usage } = second.assistants;
    const found = await usage(DAY, [ann, room, SERVER, { kind: 'account', number: 2 }]);
    expect(new Set(found)).toEqual(new Set([used(ann, 2, 150), used(room, 1, 100), used(SERVER, 2, 150)]));
    expect(await usage(DAY + 1, [ann, SERVER])).toEqual([used(ann, 1, 7)]);
    expect(await usage(DAY, [])).toEqual([]);
    expect(await usage(DAY + 2, [ann])).toEqual([]);
    await second.close();
    await place.remove();
  });

  test('[BUDGET-1] I2: what is added at the same time is all there; what is given back never leaves less than nothing', () =>
    withStore(backend, async ({ assistants }) => {
      const many = Array.from(
        { length: 30 },
        (_, index): UsageSubject => ({ kind: 'account', number: index }),
      );
      const adding = many.map((one) => assistants.addUsage(DAY, [used(one, 1, 10), used(SERVER, 1, 10)]));
      await Promise.all(adding);
      expect(await assistants.usage(DAY, [SERVER])).toEqual([used(SERVER, 30, 300)]);
      expect(await assistants.usage(DAY, many)).toHaveLength(30);
      await assistants.addUsage(DAY, [used(SERVER, -1, -299), used(many[0] ?? SERVER, -5, -500)]);
      expect(await assistants.usage(DAY, [SERVER])).toEqual([used(SERVER, 29, 1)]);
      expect(await assistants.usage(DAY, many.slice(0, 1))).toEqual([used(many[0] ?? SERVER, 0, 0)]);
      await assistants.addUsage(DAY, [used({ kind: 'room', number: 3 }, -1, -1)]);
      expect(await assistants.usage(DAY, [{ kind: 'room', number: 3 }])).toEqual([
        used({ kind: 'room', number: 3 }, 0, 0),
      ]);
    }));

  test('[BUDGET-1] more subjects than one statement takes are looked up all the same', () =>
    withStore(backend, async ({ assistants }) => {
      const many = Array.from({ length: 120 }, (_, index): UsageSubject => ({ kind: 'room', number: index }));
      await assistants.addUsage(
        DAY,
        many.map((one) => used(one, 1, one.number)),
      );
      const found = await assistants.usage(DAY, many);
      expect(found.map(({ tokens }) => tokens).sort((a, b) => a - b)).toEqual(many.map((one) => one.number));
    }));

  test('[BUDGET-1] days that nobody asks for any more go', () =>
    withStore(backend, async ({ assistants }) => {
      for (const day of [DAY - 8, DAY - 7, DAY - 1]) await assistants.addUsage(day, [used(SERVER, 1, 1)]);
      expect(await assistants.usage(DAY - 8, [SERVER])).toHaveLength(1);
      await assistants.addUsage(DAY, [used(SERVER, 1, 1)]);
      const left = [DAY - 8, DAY - 7, DAY - 1, DAY].map(
        async (day) => (await assistants.usage(day, [SERVER])).length,
      );
      expect(await Promise.all(left)).toEqual([0, 1, 1, 1]);
    }));
}
