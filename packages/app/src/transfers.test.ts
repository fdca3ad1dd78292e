import { describe, expect, test } from 'bun:test';
import {
  ErrorCode,
  type FileSource,
  type SendFileOptions,
  type SottoClient,
  SottoError,
  type TransferProgress,
} from '@sotto/client';
import type { Sequence, UserNumber } from '@sotto/model';
import type { KeptTransfer, TransferKeeper } from './kept-transfers.ts';
import { PART_BYTES } from './receiving.ts';
import { ROOM } from './testing/index.ts';
import { Transfers } from './transfers.ts';

const ID = '0'.repeat(32);
const ME = 7 as UserNumber;
const AT = 9 as Sequence;
const progress = (doneBytes: number): TransferProgress => ({
  phase: 'moving',
  doneBytes,
  totalBytes: 10,
  bytesPerSecond: 1,
  remainingMs: undefined,
});

/** What a device keeps, in memory. */
class Kept implements TransferKeeper {
  readonly transfers = new Map<string, KeptTransfer>();
  readonly held = new Map<string, Blob[]>();
  readonly arrivals: Blob[] = [];

  async keep(transfer: KeptTransfer): Promise<boolean> {
    this.transfers.set(transfer.id, transfer);
    return true;
  }

  forget(id: string): void {
    this.transfers.delete(id);
    this.held.delete(id);
  }

  async all(account: UserNumber): Promise<readonly KeptTransfer[]> {
    return [...this.transfers.values()].filter((each) => each.account === account);
  }

  async keepPart(id: string, _sha256: string, at: number, part: Blob): Promise<Blob> {
    const parts = this.held.get(id) ?? [];
    parts[at] = part;
    this.held.set(id, parts);
    return part;
  }

  async parts(id: string): Promise<readonly Blob[]> {
    return this.held.get(id) ?? [];
  }

  arrived(_download: KeptTransfer, whole: Blob): void {
    this.arrivals.push(whole);
  }
}

/** A client that only moves files, which end when the test says so. */
function scene(keeper?: TransferKeeper) {
  const sent: { options: SendFileOptions; end: PromiseWithResolvers<unknown> }[] = [];
  const fetched: { have: Blob | undefined; give: ReadableStreamDefaultController<Uint8Array> }[] = [];
  const offered = new Set<string>();
  const listeners = new Set<() => void>();
  const client = {
    outbox: {
      get: (id: string) => (offered.has(id) ? {} : undefined),
      onChange: (listener: () => void) => listeners.add(listener),
    },
    sendFile: (_room: unknown, _source: FileSource, options: SendFileOptions) => {
      const end = Promise.withResolvers<unknown>();
      sent.push({ options, end });
      return end.promise;
    },
    fetchFile: async (
      _room: unknown,
      _message: unknown,
      { have }: { have: (file: unknown) => Promise<Blob> },
    ) => {
      const here = await have({ sha256: 'f' });
      const stream = new ReadableStream<Uint8Array>({
        start: (give) => void fetched.push({ have: here, give }),
      });
      return { stream, file: { sha256: 'f' } };
    },
  };
  const offer = (id: string) => {
    offered.add(id);
    for (const listener of listeners) listener();
  };
  const begin = () =>
    new Transfers({ client: client as unknown as SottoClient, nowMs: () => 0, account: () => ME, keeper });
  const transfers = begin();
  const shown = () => transfers.all.get().get(ID);
  return { transfers, begin, sent, fetched, offer, shown };
}

function sending(keeper?: TransferKeeper) {
  const made = scene(keeper);
  const file = new File(['0123456789'], 'seeds.txt', { type: 'image/png' });
  made.transfers.upload(ROOM.number, file, { clientMessageId: ID });
  return made;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('files on their way (C1)', () => {
  test('one is shown with what it is called and how far it is, until it is there', async () => {
    const { sent, shown } = sending();
    expect(shown()).toMatchObject({
      kind: 'upload',
      name: 'seeds.txt',
      file: { sizeBytes: 10, mediaType: 'image/png' },
      state: { kind: 'moving', progress: undefined },
    });
    sent[0]?.options.onProgress?.(progress(4));
    expect(shown()?.state).toEqual({ kind: 'moving', progress: progress(4) });
    expect(sent[0]?.options).toMatchObject({ clientMessageId: ID, keepFailed: true });
    sent[0]?.end.resolve({});
    await settle();
    expect(shown()).toBeUndefined();
  });

  test('what failed says why, and is tried again as the same message', async () => {
    const { transfers, sent, shown } = sending();
    sent[0]?.end.reject(new Error('too large'));
    await settle();
    expect(shown()?.state).toMatchObject({ kind: 'failed', error: { message: 'too large' } });
    transfers.again(ID);
    expect(shown()?.state.kind).toBe('moving');
    expect(sent[1]?.options.clientMessageId).toBe(ID);
  });

  test('one that is called off is gone at once, whatever comes of it', async () => {
    const { sent, shown } = sending();
    shown()?.cancel();
    expect([shown(), sent[0]?.options.signal?.aborted]).toEqual([undefined, true]);
    sent[0]?.options.onProgress?.(progress(5));
    sent[0]?.end.reject(new Error('aborted'));
    await settle();
    expect(shown()).toBeUndefined();
  });

  test('a download that is under way is not begun again', async () => {
    const { transfers, fetched } = scene();
    const first = transfers.download(ROOM.number, AT, 'a');
    expect(transfers.download(ROOM.number, AT, 'a')).toBe(first);
    await settle();
    expect(fetched).toHaveLength(1);
    fetched[0]?.give.close();
    expect((await first).size).toBe(0);
  });
});

describe('[FILES-12] what the device keeps of them (C1, F1)', () => {
  test('an upload goes on after a restart, as the same message, until that is in the outbox', async () => {
    const kept = new Kept();
    const { begin, sent, offer } = sending(kept);
    await settle();
    expect(kept.transfers.get(ID)).toMatchObject({ kind: 'upload', account: ME, name: 'seeds.txt' });
    const next = begin();
    await next.goOn(ME);
    expect(next.all.get().get(ID)).toMatchObject({ name: 'seeds.txt', isKept: true, at: new Date(0) });
    expect(sent[1]?.options).toMatchObject({
      clientMessageId: ID,
      name: 'seeds.txt',
      mediaType: 'image/png',
    });
    offer(ID);
    expect(kept.transfers.size).toBe(0);
    const later = begin();
    await later.goOn(ME);
    expect(later.all.get().size).toBe(0);
  });

  test('what is called off, or was sent, is forgotten; what the outbox has already is not sent again', async () => {
    const kept = new Kept();
    const { sent, shown } = sending(kept);
    shown()?.cancel();
    expect(kept.transfers.size).toBe(0);
    const other = sending(kept);
    other.sent[0]?.end.resolve({});
    await settle();
    expect(kept.transfers.size).toBe(0);
    const third = sending(kept);
    const next = third.begin();
    third.offer(ID);
    await kept.keep({ ...upload(), id: ID });
    await next.goOn(ME);
    expect([next.all.get().size, kept.transfers.size, sent.length]).toEqual([0, 0, 1]);
  });

  test('a download that is wanted goes on from the parts that are here, and is handed over when it is whole', async () => {
    const kept = new Kept();
    const { transfers, begin, fetched } = scene(kept);
    void transfers.download(ROOM.number, AT, 'film', { keep: true });
    await settle();
    fetched[0]?.give.enqueue(new Uint8Array(PART_BYTES).fill(1));
    fetched[0]?.give.enqueue(new Uint8Array(65_536).fill(2));
    await settle();
    const next = begin();
    await next.goOn(ME);
    await settle();
    expect(fetched[1]?.have?.size).toBe(PART_BYTES);
    fetched[1]?.give.enqueue(new Uint8Array(10).fill(3));
    fetched[1]?.give.close();
    await settle();
    const bytes = new Uint8Array((await kept.arrivals[0]?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect([bytes.length, bytes[0], bytes.at(-1)]).toEqual([PART_BYTES + 10, 1, 3]);
    expect([kept.transfers.size, next.all.get().size]).toEqual([0, 0]);
  });

  test('parts that turn out to be something else are not tried again', async () => {
    const kept = new Kept();
    const { transfers, fetched } = scene(kept);
    const done = transfers.download(ROOM.number, AT, 'film', { keep: true });
    done.catch(() => {});
    await settle();
    fetched[0]?.give.enqueue(new Uint8Array(PART_BYTES));
    await settle();
    fetched[0]?.give.error(new SottoError(ErrorCode.FILE_CORRUPT));
    await settle();
    expect(kept.held.size).toBe(0);
    transfers.again(`${ROOM.number}/${AT}`);
    await settle();
    expect(fetched[1]?.have).toBeUndefined();
  });
});

const upload = (): KeptTransfer => ({
  kind: 'upload',
  id: ID,
  account: ME,
  room: ROOM.number,
  thread: undefined,
  replyTo: undefined,
  atMs: 0,
  name: 'a',
  mediaType: '',
  text: '',
  preview: undefined,
  file: new Blob(['a']),
});
