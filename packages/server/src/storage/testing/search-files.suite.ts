import { describe, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import { EventKind, FileOfferSchema } from '@sotto/schema';
import { encodeContent } from '../../events/content.ts';
import type { DerivedChange, NewEvent } from '../../events/store.ts';
import { parseQuery } from '../../search/query.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  newEvent,
  sequence,
  stream,
  user,
  withStore,
} from './fixtures.ts';

const OF = stream(8);
const at = { stream: OF, target: sequence(1) };

async function indexAll({ search }: Store): Promise<void> {
  while (await search.index(1_000));
}

async function find(
  store: Store,
  query: string,
  filters: { hasFile?: true; hasLink?: true } = {},
): Promise<number[]> {
  await indexAll(store);
  const { hits } = await store.search.find({
    terms: parseQuery(query),
    scopes: [{ stream: OF, from: sequence(1) }],
    senders: [],
    sinceMs: 0,
    untilMs: 0,
    hasLink: false,
    hasFile: false,
    before: undefined,
    limit: 9,
    ...filters,
  });
  return hits.map((hit) => Number(hit.sequence)).sort();
}

const offering = (name: string, text: string): NewEvent =>
  newEvent({
    content: encodeContent({
      case: 'file',
      value: create(FileOfferSchema, { sha256: bytes(32, name), size: 9, name, text }),
    }),
  });
const said = (text: string, of: Partial<NewEvent> = {}) =>
  newEvent({ content: encodeContent({ case: 'plain', value: text }), ...of });

/** Appends what changes the first message. */
const tell = (store: Store, event: Partial<NewEvent>, change: DerivedChange) =>
  appendOne(
    store,
    append([said('', { relatesTo: 1, countsUnread: false, ...event })], { changes: [change] }),
  );
const edit = (store: Store, text: string) =>
  tell(
    store,
    { kind: EventKind.MESSAGE_EDITED, content: encodeContent({ case: 'plain', value: text }) },
    { kind: 'messageEdited', ...at },
  );
const decline = (store: Store) =>
  tell(
    store,
    { kind: EventKind.FILE_DECLINED, content: new Uint8Array() },
    { kind: 'fileAnswered', ...at, accepted: false, stored: false },
  );

export function searchFilesSuite(backend: Backend): void {
  describe(`search for files on ${backend.name}`, () => {
    test('[SEARCH-2] [SEARCH-4] F1 M9: by what is said of a file and by its name, and that it is one', () =>
      withStore(backend, async (store) => {
        await appendOne(
          store,
          append([
            offering('Ferien-Foto 2024.jpeg', 'our green tea'),
            said('a green foto'),
            said('see https://a.example'),
          ]),
        );
        expect(await find(store, 'foto')).toEqual([1, 2]);
        expect(await find(store, 'green foto', { hasFile: true })).toEqual([1]);
        expect(await find(store, '', { hasFile: true })).toEqual([1]);
        expect(await find(store, '"ferien foto"')).toEqual([1]);
        expect(await find(store, 'jpe')).toEqual([1]);
        expect(await find(store, '"tea ferien"')).toEqual([]);
        expect(await find(store, '', { hasLink: true })).toEqual([3]);
        expect(await find(store, '', { hasLink: true, hasFile: true })).toEqual([]);
      }));

    test('[SEARCH-6] F1 M9: an edit replaces what is said of a file, not its name', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append([offering('plan.pdf', 'first words')]));
        expect(await find(store, 'first')).toEqual([1]);
        await edit(store, 'other words');
        expect(await find(store, 'first')).toEqual([]);
        expect(await find(store, 'other plan', { hasFile: true })).toEqual([1]);
      }));

    test('[SEARCH-4] [ANSWER-4] F1: a file that was declined is none any more, indexed before or after; its words stay', async () => {
      for (const isIndexed of [true, false]) {
        await withStore(backend, async (store) => {
          await appendOne(store, append([offering('plan.pdf', 'first words')]));
          if (isIndexed) await indexAll(store);
          await decline(store);
          expect(await find(store, '', { hasFile: true })).toEqual([]);
          expect(await find(store, 'first plan')).toEqual([1]);
          await edit(store, 'other');
          expect(await find(store, 'other plan')).toEqual([1]);
          expect(await find(store, '', { hasFile: true })).toEqual([]);
        });
      }
    });

    test('[SEARCH-4] F1: of a sealed message it is known whether a stored file is offered', () =>
      withStore(backend, async (store) => {
        const { files } = store;
        const upload = { user: user(1), sha256: bytes(32, 'a'), sizeBytes: 9, expiresMs: 5 };
        await files.reserve(upload, { accountMax: undefined, totalMax: undefined });
        await files.finishUpload(upload.user, upload.sha256, 5);
        const offer = { kind: 'fileOffered' as const, stream: OF, ...upload, sizeBytes: undefined };
        const sealed = newEvent({ content: encodeContent({ case: 'sealed', value: bytes(40, 's') }) });
        await appendOne(store, append([sealed], { changes: [offer] }));
        await appendOne(store, append([sealed]));
        expect(await find(store, '', { hasFile: true })).toEqual([1]);
      }));

    test('[SEARCH-7] F1: what deletes a message erases its file name from the index', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append([offering('plan.pdf', 'first words')]));
        expect(await find(store, 'plan')).toEqual([1]);
        await tell(
          store,
          { kind: EventKind.MESSAGE_DELETED },
          { kind: 'messageDeleted', ...at, by: user(1), timeMs: 1 },
        );
        expect(await find(store, 'plan')).toEqual([]);
        expect(await find(store, '', { hasFile: true })).toEqual([]);
      }));
  });
}
