import { expect, test } from 'bun:test';
import { FILE_CHUNK_BYTES, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { rarelyWhereSlow, TransferBudget } from './budget.ts';

const MIB = 1024 * 1024;

function joining() {
  const budget = new TransferBudget();
  const lent = new Map<number, number>();
  const join = (place: number) =>
    budget.join((1 + Math.floor(place / 100)) as UserNumber, {
      lend: (bytes) => void lent.set(place, bytes),
    });
  return { budget, lent, join };
}

test('[UPLOAD-6] F3: each transfer is lent an equal part, whole chunks, and all of it again when others end', () => {
  const { budget, lent, join } = joining();
  const leaving = Array.from({ length: 24 }, (_, place) => join(place));
  expect(budget.shareBytes).toBe(MIB);
  leaving.push(...Array.from({ length: 176 }, (_, place) => join(24 + place)));
  expect(budget.shareBytes).toBe(FILE_CHUNK_BYTES);
  expect(new Set(lent.values())).toEqual(new Set([FILE_CHUNK_BYTES]));
  expect(200 * budget.shareBytes).toBeLessThanOrEqual(24 * MIB);
  for (const leave of leaving.slice(10)) {
    leave();
    leave();
  }
  expect(budget.shareBytes).toBe(MIB);
  expect(lent.get(0)).toBe(MIB);
});

test('[UPLOAD-6] F3: an account has so many, and a server', () => {
  const { budget, join } = joining();
  const nothing = { lend: () => {} };
  const refused = (user: number): ErrorCode | undefined => {
    try {
      budget.join(user as UserNumber, nothing);
      return undefined;
    } catch (error) {
      return error instanceof SottoError ? error.code : undefined;
    }
  };
  const leaving = Array.from({ length: 128 }, () => budget.join(50 as UserNumber, { lend: () => {} }));
  expect(refused(50)).toBe(ErrorCode.LIMIT_REACHED);
  leaving[0]?.();
  for (let place = 0; place < 897; place++) join(place);
  expect(refused(60)).toBe(ErrorCode.RATE_LIMITED);
});

test('[UPLOAD-6] F3: what many transfers leave behind is cleared away, and few are not held up by it', () => {
  let tidied = 0;
  const budget = new TransferBudget(() => {
    tidied += 1;
  });
  const nobody = () => ({ lend: () => {} });
  for (let count = 0; count < 63; count++) budget.join(1 as UserNumber, nobody());
  for (let count = 0; count < 100; count++) budget.passed(MIB);
  expect(tidied).toBe(0);
  budget.join(1 as UserNumber, nobody());
  for (let count = 0; count < 100; count++) budget.passed(MIB);
  expect(tidied).toBe(33);
});

test('[UPLOAD-6] F3: clearing away is done as often as it is asked for, or rarely where it takes long', () => {
  let [nowMs, costMs, done] = [0, 10, 0];
  const task = () => {
    nowMs += costMs;
    done += 1;
  };
  const tidy = rarelyWhereSlow(
    task,
    () => nowMs,
    () => nowMs,
  );
  for (let times = 0; times < 5; times++) tidy();
  expect(done).toBe(5);
  costMs = 200;
  const startMs = nowMs;
  while (nowMs < startMs + 42_000) {
    tidy();
    nowMs += 1;
  }
  expect(done).toBe(5 + 10);
});
