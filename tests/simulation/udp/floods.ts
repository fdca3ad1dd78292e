/** Many datagrams that nobody honest sent, and what must hold after them. */
import { expect } from 'bun:test';
import { seeded } from '@sotto/protocol/testing';
import { DATAGRAM_MAX_BYTES } from '@sotto/protocol/udp';
import { CLEAN } from './conditions.ts';
import { Fuzz } from './fuzz.ts';
import { SERVER } from './network.ts';
import { connectedIn, expectHeard, newWorld } from './scene.ts';

const HEAP_GROWTH_MAX_BYTES = 64 * 1024 * 1024;

function heapBytes(): number {
  Bun.gc(true);
  return process.memoryUsage().heapUsed;
}

/** Of every kind. */
export function sendHostile(datagrams: number): void {
  const fuzz = new Fuzz(1);
  // Until everything is compiled and every bound has been reached once.
  fuzz.run(datagrams / 5);
  const before = heapBytes();
  const { problems, counts, victims, most, amplification } = fuzz.run((datagrams * 4) / 5);
  expect(problems).toEqual([]);
  expect(heapBytes() - before).toBeLessThan(HEAP_GROWTH_MAX_BYTES);
  expect(amplification).toBeLessThanOrEqual(3);
  expect(most.connections).toBeLessThan(500);
  expect(most.ids).toBeLessThan(1_500);
  expect(most.handshakes).toBeLessThan(500);
  // Of every kind there was enough.
  expect(victims).toBeGreaterThan(datagrams / 500);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(datagrams / 100);
  expect(Object.keys(counts)).toHaveLength(10);
}

/** First packets under addresses that are not the sender's. */
export function sendSpoofed(packets: number): void {
  const world = newWorld();
  world.network.watch.keptMax = 1_000;
  const caller = world.call(CLEAN, CLEAN);
  const hellos: Uint8Array[] = [];
  caller.site.up.drops = ({ bytes }) => {
    hellos.push(bytes);
    return hellos.length === 2;
  };
  world.queue.run(world.queue.now + 100);
  caller.vanish();
  world.queue.run(world.queue.now + 12_000);
  expect(hellos.length).toBeGreaterThanOrEqual(2);
  const number = seeded(1);
  const { endpoint } = world.server;
  const answered = endpoint.counters.retries;
  const before = heapBytes();
  for (let count = 0; count < packets; count++) {
    const bytes = (hellos[count % 2] ?? new Uint8Array(0)).slice();
    for (let at = 5; at < 21; at++) bytes[at] = number(256);
    const from = `203.${count >>> 16}.${(count >>> 8) & 0xff}.${count & 0xff}|${number(60_000)}`;
    world.network.toServer({ bytes, from, to: SERVER, content: undefined });
    if (count % 100 === 0) world.queue.run(world.queue.now + 10);
  }
  world.queue.run(world.queue.now + 1_000);
  expect(endpoint).toMatchObject({ connections: 0, ids: 0, handshakes: 0 });
  expect(endpoint.deadline()).toBe(Number.POSITIVE_INFINITY);
  // Each is asked to prove its address, in a tenth of the bytes.
  const whole = hellos.slice(0, 2).filter(({ length }) => length === DATAGRAM_MAX_BYTES).length;
  expect(endpoint.counters.retries - answered).toBe((packets * whole) / 2);
  expect(whole).toBeGreaterThan(0);
  expect(world.network.watch.worst).toBeLessThan(0.1);
  expect(heapBytes() - before).toBeLessThan(HEAP_GROWTH_MAX_BYTES / 4);
  expect(world.problems).toEqual([]);
  expectHeard(connectedIn(world));
}
