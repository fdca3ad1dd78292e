import { expect, test } from 'bun:test';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { StorageError } from './errors.ts';
import { UNDER_WAY_MAX, UnderWay } from './under-way.ts';

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

test('[LOG-5] more reads than storage takes are told to come back, and commits go on', async () => {
  const underWay = new UnderWay();
  const { promise, resolve } = Promise.withResolvers<void>();
  const reader = underWay.bounded({ read: async () => promise });
  const writer = underWay.counted({ append: async () => 'durable' });
  const reads = Array.from({ length: UNDER_WAY_MAX }, () => reader.read());
  const refused = await failure(reader.read());
  expect(refused instanceof SottoError && [refused.code, refused.retryAfterMs > 0]).toEqual([
    ErrorCode.RATE_LIMITED,
    true,
  ]);
  expect(await writer.append()).toBe('durable');
  const ended = underWay.end();
  for (const call of [reader.read(), writer.append()])
    expect(await failure(call)).toBeInstanceOf(StorageError);
  resolve();
  await Promise.all([...reads, ended]);
});
