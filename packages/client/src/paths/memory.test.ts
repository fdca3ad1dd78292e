import { describe, expect, test } from 'bun:test';
import { NetworkMemory, type NetworkRecord } from './memory.ts';

const DAY_MS = 86_400_000;
const NOW = 1_700_000_000_000;

function remembering(records: readonly NetworkRecord[] = []) {
  const told: (readonly NetworkRecord[])[] = [];
  const memory = new NetworkMemory(records, (changed) => told.push(changed));
  return { memory, told };
}

describe('what is known of networks (T17)', () => {
  test('[PATH-9] each network has its own answers, and the last one counts', () => {
    const { memory } = remembering();
    memory.note('home', 'udp', false, NOW);
    memory.note('home', 'tls', true, NOW);
    memory.note('cafe', 'udp', true, NOW + 1);
    expect(memory.worked('home', 'udp', NOW + 2)).toBe(false);
    expect(memory.worked('home', 'tls', NOW + 2)).toBe(true);
    expect(memory.worked('home', 'quic', NOW + 2)).toBeUndefined();
    expect(memory.worked('cafe', 'udp', NOW + 2)).toBe(true);
    expect(memory.worked('cafe', 'tls', NOW + 2)).toBeUndefined();
    memory.note('home', 'udp', true, NOW + 3);
    expect(memory.worked('home', 'udp', NOW + 4)).toBe(true);
  });

  test('[PATH-9] what was learned more than 30 days ago is not known any more', () => {
    const { memory } = remembering();
    memory.note('home', 'udp', false, NOW);
    memory.note('home', 'tls', true, NOW + DAY_MS - 1);
    expect(memory.worked('home', 'udp', NOW + 30 * DAY_MS)).toBe(false);
    expect(memory.worked('home', 'udp', NOW + 30 * DAY_MS + 1)).toBeUndefined();
    expect(memory.worked('home', 'tls', NOW + 30 * DAY_MS + 1)).toBe(true);
  });

  test('[PATH-9] a time that went unstored still counts from when it was noted', () => {
    const { memory, told } = remembering();
    memory.note('home', 'udp', true, NOW);
    memory.note('home', 'udp', true, NOW + DAY_MS - 1);
    expect(told).toHaveLength(1);
    expect(memory.worked('home', 'udp', NOW + 31 * DAY_MS - 1)).toBe(true);
  });

  test('[PATH-9] the 32 networks used last are kept, and none that was not used for 30 days', () => {
    const { memory, told } = remembering();
    for (let count = 0; count < 40; count += 1) {
      memory.note(`network ${count}`, 'udp', true, NOW + count);
      memory.note('home', 'udp', true, NOW + count);
    }
    const kept = told.at(-1)?.map(({ network }) => network);
    expect(kept).toHaveLength(32);
    expect(kept?.[0]).toBe('network 9');
    expect(kept?.at(-1)).toBe('home');
    expect(memory.worked('network 8', 'udp', NOW + 40)).toBeUndefined();
    memory.note('away', 'udp', true, NOW + 30 * DAY_MS + 39);
    expect(told.at(-1)?.map(({ network }) => network)).toEqual(['network 39', 'home', 'away']);
  });

  test('[PATH-9] what is kept survives a restart in whatever order it was stored', () => {
    const { memory, told } = remembering();
    for (let count = 0; count < 32; count += 1)
      memory.note(`network ${count}`, 'udp', count % 2 === 0, NOW + count);
    const again = remembering(told.at(-1)?.toReversed());
    expect(again.memory.records).toEqual(memory.records);
    again.memory.note('another', 'udp', true, NOW + 50);
    expect(again.memory.worked('network 0', 'udp', NOW + 51)).toBeUndefined();
    expect(again.memory.worked('network 31', 'udp', NOW + 51)).toBe(false);
  });

  test('[PATH-9] only what matters is passed on to be stored: not a mere time, save once a day', () => {
    const { memory, told } = remembering();
    const counted = (network: string, transport: string, worked: boolean, nowMs: number) => {
      const before = told.length;
      memory.note(network, transport, worked, nowMs);
      return told.length - before;
    };
    expect(counted('home', 'udp', true, NOW)).toBe(1);
    expect(counted('home', 'udp', true, NOW + 1)).toBe(0);
    expect(counted('home', 'tls', true, NOW + 2)).toBe(1);
    expect(counted('home', 'udp', false, NOW + 3)).toBe(1);
    expect(counted('cafe', 'udp', true, NOW + 4)).toBe(1);
    // Which network was used last matters for which ones are kept.
    expect(counted('home', 'udp', false, NOW + 5)).toBe(1);
    expect(counted('home', 'udp', false, NOW + 4 + DAY_MS)).toBe(0);
    expect(counted('home', 'udp', false, NOW + 5 + DAY_MS)).toBe(1);
    expect(told.at(-1)?.at(-1)).toEqual({
      network: 'home',
      usedMs: NOW + 5 + DAY_MS,
      transports: { udp: { worked: false, atMs: NOW + 5 + DAY_MS }, tls: { worked: true, atMs: NOW + 2 } },
    });
  });

  test('[PATH-9] where the runtime tells no network, what is learned ends with the process', () => {
    const unnamed = { network: '', usedMs: NOW, transports: { quic: { worked: false, atMs: NOW } } };
    const { memory, told } = remembering([unnamed]);
    expect(memory.worked('', 'quic', NOW)).toBeUndefined();
    memory.note('', 'udp', false, NOW + 1);
    expect(memory.worked('', 'udp', NOW + 2)).toBe(false);
    expect(told).toEqual([]);
    memory.note('home', 'udp', true, NOW + 3);
    memory.note('', 'udp', true, NOW + 4);
    memory.note('home', 'udp', true, NOW + 5);
    expect(told.map((records) => records.map(({ network }) => network))).toEqual([['home']]);
    expect(memory.records.map(({ network }) => network)).toEqual(['home']);
  });
});
