import { describe, expect, test } from 'bun:test';
import { CONNECTION_IDS_MAX } from '../constants.ts';
import { UdpFault } from '../fault.ts';
import type { ConnectionId } from '../wire/packet.ts';
import { type IdSource, LocalIds, RemoteIds } from './ids.ts';

const id = (number: number): ConnectionId => BigInt(number) as ConnectionId;
const token = new Uint8Array(16);

function source(): IdSource & { live: Set<ConnectionId> } {
  const live = new Set([id(0)]);
  let next = 1;
  return {
    live,
    make: () => {
      const made = id(next++);
      live.add(made);
      return made;
    },
    forget: (gone) => live.delete(gone),
    resetToken: () => token,
  };
}

const told = (ids: LocalIds) => {
  const sequences: number[] = [];
  for (let chunk = ids.tell(); chunk !== undefined; chunk = ids.tell()) sequences.push(chunk.sequence);
  return sequences;
};

describe('IDs that the peer sends to', () => {
  test('T6 [ROAM-1]: at most 4 are in use, fewer if the peer keeps fewer', () => {
    const few = new LocalIds(source(), id(0));
    few.issue(2);
    expect(told(few)).toEqual([1]);
    const many = new LocalIds(source(), id(0));
    many.issue(1_000);
    expect(told(many)).toEqual([1, 2, 3]);
  });

  test('T6 [ROAM-1]: a retired one leads here for a while, then nowhere, and is replaced', () => {
    const from = source();
    const ids = new LocalIds(from, id(0));
    ids.issue(CONNECTION_IDS_MAX);
    told(ids);
    ids.retire(1_000, 0, 300);
    ids.retire(1_200, 0, 300);
    expect(ids.deadline).toBe(1_300);
    ids.expire(1_299);
    expect(from.live.has(id(0))).toBe(true);
    ids.expire(1_300);
    expect(from.live.has(id(0))).toBe(false);
    expect(told(ids)).toEqual([4]);
    expect(from.live.size).toBe(CONNECTION_IDS_MAX);
  });

  test('T6 [ROAM-1]: a peer that keeps fewer gets no more of them later', () => {
    const from = source();
    const ids = new LocalIds(from, id(0));
    ids.issue(2);
    ids.retire(0, 0, 100);
    ids.expire(100);
    expect(told(ids)).toEqual([1, 2]);
    expect(from.live.size).toBe(2);
  });

  test('T5 [ADMIT-2]: the one that a client began with leads here as long as its token, and is told nobody', () => {
    const from = source();
    const ids = new LocalIds(from, id(0));
    ids.keep(id(77), 15_000);
    from.live.add(id(77));
    ids.issue(CONNECTION_IDS_MAX);
    expect(told(ids)).toEqual([1, 2, 3]);
    ids.expire(14_999);
    expect(from.live.has(id(77))).toBe(true);
    expect(ids.deadline).toBe(15_000);
    ids.expire(15_000);
    expect(from.live.has(id(77))).toBe(false);
    expect(told(ids)).toEqual([]);
  });

  test('T6 [ROAM-1]: what was told in a lost packet is told again, unless it was retired since', () => {
    const ids = new LocalIds(source(), id(0));
    ids.issue(CONNECTION_IDS_MAX);
    told(ids);
    ids.tellAgain(2);
    expect(told(ids)).toEqual([2]);
    ids.retire(0, 2, 1);
    ids.expire(1);
    ids.tellAgain(2);
    expect(told(ids)).toEqual([4]);
  });

  test('T6 [ROAM-1]: one that never was cannot be retired; at the end none leads here', () => {
    const from = source();
    const ids = new LocalIds(from, id(0));
    ids.issue(CONNECTION_IDS_MAX);
    expect(() => ids.retire(0, 4, 1)).toThrow(UdpFault);
    ids.forgetAll();
    expect(from.live.size).toBe(0);
  });
});

describe('IDs that this side sends to', () => {
  const given = (sequence: number, retirePriorTo = 0) =>
    ({ kind: 'newId', sequence, retirePriorTo, id: id(100 + sequence), resetToken: token }) as const;

  test('T6 [ROAM-3]: a change takes the next one never used and retires the one before', () => {
    const ids = new RemoteIds(id(100));
    expect(ids.change()).toBe(false);
    for (const sequence of [2, 1, 1]) ids.add(given(sequence));
    expect(ids.change()).toBe(true);
    expect(ids.active).toBe(id(101));
    expect(ids.tell()).toEqual({ kind: 'retireId', sequence: 0 });
    expect(ids.tell()).toBeUndefined();
    expect(ids.change()).toBe(true);
    expect(ids.active).toBe(id(102));
    expect(ids.change()).toBe(false);
  });

  test('T6 [ROAM-1]: one that comes after a later one was taken is given back', () => {
    const ids = new RemoteIds(id(100));
    ids.add(given(2));
    ids.change();
    ids.tell();
    ids.add(given(1));
    expect(ids.tell()).toEqual({ kind: 'retireId', sequence: 1 });
    expect(ids.change()).toBe(false);
  });

  test('T6 [ROAM-1]: the peer takes its IDs back; more than 4 spare ones are a violation', () => {
    const ids = new RemoteIds(id(100));
    ids.add(given(1));
    ids.add(given(5, 5));
    // 1 is of those taken back: it must not be used either.
    expect(ids.active).toBe(id(105));
    expect([ids.tell(), ids.tell(), ids.tell()].map((chunk) => chunk?.sequence)).toEqual([1, 0, undefined]);
    const flood = () => {
      for (let sequence = 6; sequence < 12; sequence++) ids.add(given(sequence));
    };
    expect(flood).toThrow(UdpFault);
  });

  test('T6 [ROAM-1]: a peer that has this side retire without end breaks a rule; a change of this side never does', () => {
    const ids = new RemoteIds(id(100));
    const takeBack = (sequence: number) => ids.add(given(sequence, sequence));
    for (let sequence = 1; sequence <= 32; sequence++) takeBack(sequence);
    ids.add(given(33));
    expect(ids.change()).toBe(true);
    expect(() => takeBack(34)).toThrow(UdpFault);
  });

  test('T13 [RESET-3]: only the token of the ID in use ends the connection', () => {
    const ids = new RemoteIds(id(100));
    expect([...ids.resetTokens()]).toEqual([]);
    ids.confirmFirst(id(100));
    const first = new Uint8Array(16).fill(1);
    ids.add({ ...given(0), id: id(7), resetToken: first });
    expect([...ids.resetTokens()]).toEqual([]);
    ids.add({ ...given(0), resetToken: first });
    expect([...ids.resetTokens()]).toEqual([first]);
    ids.add(given(1));
    expect([...ids.resetTokens()]).toEqual([first]);
    ids.change();
    expect([...ids.resetTokens()]).toEqual([token]);
  });
});
