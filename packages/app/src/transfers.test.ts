import { describe, expect, test } from 'bun:test';
import type { FileSource, SendFileOptions, SottoClient, TransferProgress } from '@sotto/client';
import { ROOM } from './testing/index.ts';
import { Transfers } from './transfers.ts';

const ID = '0'.repeat(32);
const progress = (doneBytes: number): TransferProgress => ({
  phase: 'moving',
  doneBytes,
  totalBytes: 10,
  bytesPerSecond: 1,
  remainingMs: undefined,
});

/** A client that only sends files, which end when the test says so. */
function scene() {
  const sent: { options: SendFileOptions; end: PromiseWithResolvers<unknown> }[] = [];
  const client = {
    sendFile: (_room: unknown, _source: FileSource, options: SendFileOptions) => {
      const end = Promise.withResolvers<unknown>();
      sent.push({ options, end });
      return end.promise;
    },
  };
  const transfers = new Transfers(client as unknown as SottoClient, () => 0);
  transfers.upload(ROOM.number, new File(['0123456789'], 'seeds.txt'), { clientMessageId: ID });
  const shown = () => transfers.all.get().get(ID);
  return { transfers, sent, shown };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('files on their way (C1)', () => {
  test('one is shown with what it is called and how far it is, until it is there', async () => {
    const { sent, shown } = scene();
    expect(shown()).toMatchObject({
      kind: 'upload',
      name: 'seeds.txt',
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
    const { transfers, sent, shown } = scene();
    sent[0]?.end.reject(new Error('too large'));
    await settle();
    expect(shown()?.state).toMatchObject({ kind: 'failed', error: { message: 'too large' } });
    transfers.again(ID);
    expect(shown()?.state.kind).toBe('moving');
    expect(sent[1]?.options.clientMessageId).toBe(ID);
  });

  test('one that is called off is gone at once, whatever comes of it', async () => {
    const { sent, shown } = scene();
    shown()?.cancel();
    expect([shown(), sent[0]?.options.signal?.aborted]).toEqual([undefined, true]);
    sent[0]?.options.onProgress?.(progress(5));
    sent[0]?.end.reject(new Error('aborted'));
    await settle();
    expect(shown()).toBeUndefined();
  });
});
