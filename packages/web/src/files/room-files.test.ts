import { describe, expect, test } from 'bun:test';
import type { MessagePage, MessageView, SearchOptions, SottoClient } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { ofKind, RoomFiles } from './room-files.ts';

const ROOM = 3 as RoomNumber;

function message(sequence: number, more: Partial<MessageView> = {}, mediaType = 'image/png'): MessageView {
  const file = { name: `${sequence}`, sizeBytes: 1, mediaType, answer: undefined };
  return { sequence: sequence as Sequence, file, deleted: undefined, hidden: false, ...more } as MessageView;
}

/** A server whose pages the test gives. */
function scene(...pages: (MessagePage | Error)[]) {
  const asked: SearchOptions[] = [];
  const client: Pick<SottoClient, 'search'> = {
    search: async (_query, options = {}) => {
      asked.push(options);
      const page = pages.shift();
      if (page === undefined || page instanceof Error) throw page ?? new Error('nothing more was expected');
      return page;
    },
  };
  const files = new RoomFiles(client, ROOM);
  const shown = () => files.get().all.map(({ sequence }) => Number(sequence));
  return { files, asked, shown };
}

describe('the files of a room (C1)', () => {
  test('come page by page, without what offers none any more', async () => {
    const gone = { deleted: { by: {}, at: new Date(0) } } as unknown as Partial<MessageView>;
    const { files, asked, shown } = scene(
      { messages: [message(9), message(8, gone), message(7)], next: 'on' },
      { messages: [message(7), message(4, { hidden: true }), message(2)], next: undefined },
    );
    await files.load();
    expect([shown(), files.get().phase]).toEqual([
      [9, 7],
      { kind: 'ready', hasMore: true, isLoading: false },
    ]);
    await files.more();
    expect([shown(), files.get().phase]).toEqual([
      [9, 7, 2],
      { kind: 'ready', hasMore: false, isLoading: false },
    ]);
    expect(asked).toMatchObject([{ rooms: [ROOM], hasFile: true }, { cursor: 'on' }]);
  });

  test('what is new or gone is seen when they are asked for again, and what was loaded stays', async () => {
    const { files, shown } = scene(
      { messages: [message(9), message(7)], next: 'on' },
      { messages: [message(4), message(2)], next: 'further' },
      { messages: [message(11), message(9)], next: 'on again' },
      { messages: [message(1)], next: undefined },
    );
    await files.load();
    await files.more();
    await files.load();
    expect(shown()).toEqual([11, 9, 7, 4, 2]);
    await files.more();
    expect(shown()).toEqual([11, 9, 7, 4, 2, 1]);
  });

  test('where the server cannot be asked, the first time that is said, and later what is there stays', async () => {
    const failing = scene(new Error('away'));
    await failing.files.load();
    expect(failing.files.get().phase).toMatchObject({ kind: 'failed', error: { message: 'away' } });
    const { files, shown } = scene(
      { messages: [message(9)], next: 'on' },
      new Error('away'),
      new Error('away'),
    );
    await files.load();
    await files.load();
    await files.more();
    expect([shown(), files.get().phase]).toEqual([[9], { kind: 'ready', hasMore: true, isLoading: false }]);
  });

  test('by kind', () => {
    const all = [message(3), message(2, {}, 'video/mp4'), message(1, {}, 'application/pdf')];
    const numbers = (found: readonly MessageView[]) => found.map(({ sequence }) => Number(sequence));
    expect(numbers(ofKind(all, 'all'))).toEqual([3, 2, 1]);
    expect(numbers(ofKind(all, 'seen'))).toEqual([3, 2]);
    expect(numbers(ofKind(all, 'other'))).toEqual([1]);
  });
});
