import { describe, expect, test } from 'bun:test';
import { inboxStream, UPLOADS_MAX } from '@sotto/model';
import { EventKind, FileAnswer } from '@sotto/schema';
import type { MessageChange } from '../../events/store.ts';
import type { Quotas } from '../../files/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  createUsers,
  messageId,
  newEvent,
  sequence,
  stream,
  user,
  withStore,
} from './fixtures.ts';

const OF = stream(8);
const NO_QUOTAS: Quotas = { accountMax: undefined, totalMax: undefined };
const file = (tag: number | string): Uint8Array => bytes(32, `file ${tag}`);
const hex = (digests: readonly Uint8Array[]) => digests.map((digest) => digest.toHex()).sort();

const upload = (by: number, tag: number | string, sizeBytes = 100) => ({
  user: user(by),
  sha256: file(tag),
  sizeBytes,
  expiresMs: 1_000,
});
const reserve = ({ files }: Store, by: number, tag: number | string, sizeBytes = 100, quotas = NO_QUOTAS) =>
  files.reserve(upload(by, tag, sizeBytes), quotas);

async function uploaded(store: Store, by: number, tag: number | string, sizeBytes = 100): Promise<void> {
  await reserve(store, by, tag, sizeBytes);
  await store.files.finishUpload(user(by), file(tag), 2_000);
}

const offers = (by: number, tag: number | string, sizeBytes = 100): MessageChange => ({
  kind: 'fileOffered',
  stream: OF,
  user: user(by),
  sha256: file(tag),
  sizeBytes,
});
const answers = (target: number, accepted: boolean, stored = true): MessageChange => ({
  kind: 'fileAnswered',
  stream: OF,
  target: sequence(target),
  accepted,
  stored,
});
const deletes = (target: number): MessageChange => ({
  kind: 'messageDeleted',
  stream: OF,
  target: sequence(target),
  by: user(1),
  timeMs: 9,
});

const send = (store: Store, change: MessageChange) =>
  appendOne(store, append([newEvent()], { changes: [change] }));
const tell = (store: Store, change: MessageChange) =>
  appendOne(store, append([newEvent({ kind: EventKind.FILE_ACCEPTED })], { changes: [change] }));
const answerOf = async ({ messages }: Store, target: number) =>
  (await messages.states(OF, [sequence(target)], user(1)))[0]?.fileAnswer;

export function filesSuite(backend: Backend): void {
  describe(`files on ${backend.name}`, () => {
    test('F1 an upload is reserved, gone on with, finished and offered', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        expect(await files.upload(user(1), file('a'))).toBeUndefined();
        expect(await reserve(store, 1, 'a')).toBe('reserved');
        expect(await files.upload(user(1), file('a'))).toEqual({ ...upload(1, 'a'), finished: false });
        expect(await files.reserve({ ...upload(1, 'a'), expiresMs: 1_500 }, NO_QUOTAS)).toBe('reserved');
        expect(await files.upload(user(1), file('a'))).toMatchObject({ expiresMs: 1_500 });
        expect(await send(store, offers(1, 'a'))).toEqual({ kind: 'fileGone' });
        expect(await files.finishUpload(user(1), file('a'), 2_000)).toBe(true);
        expect(await files.upload(user(1), file('a'))).toMatchObject({ finished: true, expiresMs: 2_000 });
        expect(await reserve(store, 1, 'a')).toBe('finished');
        expect(await reserve(store, 2, 'a')).toBe('reserved');
        expect(await send(store, offers(2, 'a'))).toEqual({ kind: 'fileGone' });
        expect(await send(store, offers(1, 'a', 99))).toEqual({ kind: 'fileGone' });
        expect(await send(store, offers(1, 'a'))).toEqual({ kind: 'appended', sequences: [sequence(1)] });
        expect(await files.upload(user(1), file('a'))).toBeUndefined();
        const offer = { sha256: file('a'), sizeBytes: 100, user: user(1) };
        expect(await files.offer(OF, sequence(1))).toEqual(offer);
        expect(await files.offer(OF, sequence(2))).toBeUndefined();
        expect(await files.offer(stream(12), sequence(1))).toBeUndefined();
        expect(hex(await files.stored([file('a'), file('b')]))).toEqual(hex([file('a')]));
        expect(await files.stored([])).toEqual([]);
      }));

    test('F1 what an account offers already it may offer again, until the last such message is gone', () =>
      withStore(backend, async (store) => {
        await uploaded(store, 1, 'a');
        const batch = [1, 1, 2].map((by) =>
          append([newEvent({ sender: user(by) })], { changes: [offers(by, 'a')] }),
        );
        expect((await store.events.append(batch)).map(({ kind }) => kind)).toEqual([
          'appended',
          'appended',
          'fileGone',
        ]);
        expect((await store.events.stream(OF)).head).toBe(sequence(2));
        await tell(store, deletes(1));
        expect((await send(store, offers(1, 'a'))).kind).toBe('appended');
        for (const target of [2, 4]) await tell(store, deletes(target));
        expect(await send(store, offers(1, 'a'))).toEqual({ kind: 'fileGone' });
      }));

    test('F1 an upload of what the account offers is finished at once, and waits to be offered', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        await uploaded(store, 1, 'a');
        await send(store, offers(1, 'a'));
        expect(await reserve(store, 1, 'a', 100, { accountMax: 0, totalMax: 0 })).toBe('finished');
        await tell(store, deletes(1));
        expect(await files.unreferenced()).toEqual([]);
        expect((await send(store, offers(1, 'a'))).kind).toBe('appended');
      }));

    test('F1 another size replaces an earlier upload, a finished one too', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        await uploaded(store, 1, 'a');
        expect(await reserve(store, 1, 'a', 7)).toBe('reserved');
        expect(await files.upload(user(1), file('a'))).toMatchObject({ sizeBytes: 7, finished: false });
        expect(hex(await files.unreferenced())).toEqual(hex([file('a')]));
        expect(await send(store, offers(1, 'a'))).toEqual({ kind: 'fileGone' });
      }));

    test('F1 a message that was accepted before stays accepted, whatever has become of its file [LOG-4]', () =>
      withStore(backend, async (store) => {
        await uploaded(store, 1, 'a');
        const message = newEvent({ sender: user(1), clientMessageId: messageId(1) });
        const sent = append([message], { changes: [offers(1, 'a')] });
        expect((await appendOne(store, sent)).kind).toBe('appended');
        await tell(store, deletes(1));
        expect(await appendOne(store, sent)).toMatchObject({ kind: 'duplicate', sequence: 1 });
      }));

    test('F3 quotas count files once, uploads as declared, and refuse what would go beyond', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        const quotas = { accountMax: 250, totalMax: 400 };
        await uploaded(store, 1, 'a');
        await send(store, offers(1, 'a'));
        await send(store, offers(1, 'a'));
        expect(await files.usedBy(user(1))).toBe(100);
        expect(await reserve(store, 1, 'b', 151, quotas)).toBe('accountFull');
        expect(await reserve(store, 1, 'b', 150, quotas)).toBe('reserved');
        expect(await reserve(store, 1, 'b', 150, quotas)).toBe('reserved');
        expect(await reserve(store, 1, 'b', 151, quotas)).toBe('accountFull');
        expect(await files.upload(user(1), file('b'))).toMatchObject({ sizeBytes: 150 });
        expect(await files.usedBy(user(1))).toBe(250);
        expect(await reserve(store, 2, 'a', 151, quotas)).toBe('allFull');
        expect(await reserve(store, 2, 'a', 150, quotas)).toBe('reserved');
        await files.dropUpload(user(1), file('b'));
        expect(await files.usedBy(user(1))).toBe(100);
        expect(await reserve(store, 2, 'c', 100, quotas)).toBe('reserved');
        expect(await files.usedBy(user(3))).toBe(0);
      }));

    test('F3 reservations at the same time never go beyond a quota together', () =>
      withStore(backend, async (store) => {
        const quotas = { accountMax: 500, totalMax: 1_200 };
        const asked = Array.from({ length: 40 }, (_, index) =>
          reserve(store, 1 + (index % 4), index, 70 + index, quotas),
        );
        const answered = await Promise.all(asked);
        const used = await Promise.all([1, 2, 3, 4].map((by) => store.files.usedBy(user(by))));
        expect(used.every((bytesUsed) => bytesUsed <= 500)).toBe(true);
        const total = used.reduce((sum, bytesUsed) => sum + bytesUsed, 0);
        expect(total).toBeLessThanOrEqual(1_200);
        // No room was left for the smallest of those that were refused.
        const refused = answered.flatMap((answer, index) => (answer === 'allFull' ? [70 + index] : []));
        expect(refused.length).toBeGreaterThan(0);
        expect(total + Math.min(...refused)).toBeGreaterThan(1_200);
        expect(answered).toContain('reserved');
      }));

    test('F3 an account has so many uploads under way and no more; finished ones are not among them', () =>
      withStore(backend, async (store) => {
        for (let tag = 0; tag < UPLOADS_MAX; tag++) await reserve(store, 1, tag);
        expect(await reserve(store, 1, 'more')).toBe('tooMany');
        expect(await reserve(store, 1, 3)).toBe('reserved');
        expect(await reserve(store, 2, 'more')).toBe('reserved');
        await store.files.finishUpload(user(1), file(0), 2_000);
        expect(await reserve(store, 1, 'more')).toBe('reserved');
      }));

    test('F1 a file is unreferenced when no message offers it and no finished upload waits with it', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        await uploaded(store, 1, 'a');
        await uploaded(store, 2, 'a');
        await reserve(store, 3, 'a');
        expect(await files.forget(file('a'))).toBe(false);
        await files.dropUpload(user(1), file('a'));
        expect(await files.unreferenced()).toEqual([]);
        await files.dropUpload(user(2), file('a'));
        expect(hex(await files.unreferenced())).toEqual(hex([file('a')]));
        await files.finishUpload(user(3), file('a'), 2_000);
        expect(await files.forget(file('a'))).toBe(false);
        expect(await files.unreferenced()).toEqual([]);
        await files.dropUpload(user(3), file('a'));
        expect(await files.forget(file('a'))).toBe(true);
        expect(await files.forget(file('a'))).toBe(false);
        expect(await files.stored([file('a')])).toEqual([]);
      }));

    test('F1 bytes of an upload that was given up while it finished are to be removed', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        expect(await files.finishUpload(user(1), file('a'), 2_000)).toBe(false);
        expect(hex(await files.unreferenced())).toEqual(hex([file('a')]));
        await uploaded(store, 2, 'a');
        expect(await files.finishUpload(user(1), file('a'), 2_000)).toBe(false);
        expect(await files.unreferenced()).toEqual([]);
        expect((await send(store, offers(2, 'a'))).kind).toBe('appended');
      }));

    test('F1 uploads that nobody goes on with are dropped, a page at a time', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        for (let by = 1; by <= 101; by++) await reserve(store, by, by);
        await uploaded(store, 1, 'kept');
        expect(await files.dropExpired(999)).toEqual([]);
        const first = await files.dropExpired(1_000);
        expect(first).toHaveLength(100);
        expect(first[0]).toEqual({ ...upload(1, 1), finished: false });
        expect(await files.dropExpired(1_000)).toHaveLength(1);
        expect(await files.dropExpired(1_999)).toEqual([]);
        expect(await files.dropExpired(2_000)).toMatchObject([{ sha256: file('kept'), finished: true }]);
        expect(hex(await files.unreferenced())).toEqual(hex([file('kept')]));
      }));

    test('F1 a recipient answers once; declined, the message offers it no more', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        await uploaded(store, 1, 'a');
        await send(store, offers(1, 'a'));
        await send(store, offers(1, 'a'));
        expect((await tell(store, answers(1, true))).kind).toBe('appended');
        expect(await answerOf(store, 1)).toBe(FileAnswer.ACCEPTED);
        expect(await files.offer(OF, sequence(1))).toBeDefined();
        expect(await tell(store, answers(1, true))).toEqual({ kind: 'unchanged' });
        expect(await tell(store, answers(1, false))).toEqual({ kind: 'answered' });
        expect((await tell(store, answers(2, false))).kind).toBe('appended');
        expect(await answerOf(store, 2)).toBe(FileAnswer.DECLINED);
        expect(await files.offer(OF, sequence(2))).toBeUndefined();
        expect(await tell(store, answers(2, false))).toEqual({ kind: 'unchanged' });
        expect(await tell(store, answers(2, true))).toEqual({ kind: 'answered' });
        expect(await files.unreferenced()).toEqual([]);
        await tell(store, deletes(1));
        expect(await answerOf(store, 1)).toBe(FileAnswer.UNSPECIFIED);
        expect(await tell(store, answers(1, true))).toEqual({ kind: 'messageGone' });
        expect(await tell(store, answers(99, true))).toEqual({ kind: 'messageGone' });
        expect(hex(await files.unreferenced())).toEqual(hex([file('a')]));
      }));

    test('F1 a file within its message is answered where storage knows of none', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append([newEvent()]));
        expect(await tell(store, answers(1, true))).toEqual({ kind: 'fileGone' });
        expect((await tell(store, answers(1, true, false))).kind).toBe('appended');
        expect(await answerOf(store, 1)).toBe(FileAnswer.ACCEPTED);
      }));

    test('F1 a sealed offer names no size: it is that of what is stored', () =>
      withStore(backend, async (store) => {
        await uploaded(store, 1, 'a', 70);
        const sealed: MessageChange = {
          kind: 'fileOffered',
          stream: OF,
          user: user(1),
          sha256: file('a'),
          sizeBytes: undefined,
        };
        for (const at of [1, 2]) {
          expect((await send(store, sealed)).kind).toBe('appended');
          expect(await store.files.offer(OF, sequence(at))).toMatchObject({ sizeBytes: 70 });
        }
        expect(await send(store, { ...sealed, user: user(2) })).toEqual({ kind: 'fileGone' });
      }));

    test('F1 what erases a message erases its offer in the same commit [ERASE-1] [ERASE-3]', () =>
      withStore(backend, async (store) => {
        const { events, files } = store;
        for (const tag of ['deleted', 'trimmed', 'erased', 'kept']) {
          await uploaded(store, 1, tag);
          await send(store, offers(1, tag));
        }
        await tell(store, deletes(1));
        await events.trim(OF, sequence(3));
        await events.eraseContents(OF, [sequence(3)]);
        const left = await Promise.all([1, 2, 3, 4].map((at) => files.offer(OF, sequence(at))));
        expect(left.map(Boolean)).toEqual([false, false, false, true]);
        expect(hex(await files.unreferenced())).toEqual(hex(['deleted', 'trimmed', 'erased'].map(file)));
        expect(await files.usedBy(user(1))).toBe(100);
      }));

    test('F1 an account that is deleted gives up its uploads; its messages offer their files still', () =>
      withStore(backend, async (store) => {
        const { accounts, files } = store;
        await createUsers(store, 'owner', 'bob');
        for (const by of [1, 2]) {
          await uploaded(store, by, `waits ${by}`);
          await reserve(store, by, `coming ${by}`);
        }
        await uploaded(store, 2, 'offered');
        await send(store, offers(2, 'offered'));
        await accounts.deleteAccount({
          user: user(2),
          tombstone: 'gone',
          eraseMessages: false,
          nowMs: 5,
          by: user(2),
        });
        const given = await files.dropExpired(0);
        expect(hex(given.map(({ sha256 }) => sha256))).toEqual(hex([file('waits 2'), file('coming 2')]));
        expect(hex(await files.unreferenced())).toEqual(hex([file('waits 2')]));
        expect(await files.offer(OF, sequence(1))).toBeDefined();
        expect((await store.events.stream(inboxStream(user(2)))).head).toBe(sequence(0));
      }));
  });
}
