import { expect, test } from 'bun:test';
import { createHash, createHmac } from 'node:crypto';
import { seededRandom } from '../../testing/index.ts';
import type { Exporter, TlsEngine } from '../engines.ts';
import { type FakeTlsOptions, FLIGHT_SIZES, fakeTls } from './tls.ts';

const crypto = {
  hmacSha256: (key: Uint8Array, data: Uint8Array) =>
    new Uint8Array(createHmac('sha256', key).update(data).digest()),
  sha256: (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest()),
  equal: (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(b),
};

interface Side {
  engine: TlsEngine;
  output: Uint8Array[];
  exporter?: Exporter;
  failed?: string;
}

function handshake(change: (flight: Uint8Array) => void, more: Partial<FakeTlsOptions> = {}) {
  const tasks: (() => void)[] = [];
  const side = (role: 'client' | 'server', seed: number): Side => {
    const made: Side = { engine: { receive() {}, close() {} }, output: [] };
    made.engine = fakeTls({
      role,
      crypto,
      random: seededRandom(seed),
      later: (task) => tasks.push(task),
      ...more,
    })({
      output: (bytes) => made.output.push(bytes.slice()),
      complete: (exporter) => {
        made.exporter = exporter;
      },
      failed: (message) => {
        made.failed = message;
      },
    });
    return made;
  };
  const client = side('client', 1);
  const server = side('server', 2);
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++) {
    for (const task of tasks.splice(0)) task();
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      for (const flight of from.output.splice(0)) {
        sizes.push(flight.length);
        change(flight);
        // In pieces, as packets carry it.
        for (let at = 0; at < flight.length; at += 700) to.engine.receive(flight.subarray(at, at + 700));
      }
    }
  }
  return { client, server, sizes };
}

const exported = ({ exporter }: Side) =>
  Buffer.from(exporter?.(64, 'label', Uint8Array.of(1)) ?? '').toString('hex');

for (const atOnce of [true, false]) {
  test(`both sides export the same, other labels and contexts something else (at once: ${atOnce})`, () => {
    const { client, server, sizes } = handshake(() => {}, { atOnce });
    expect(exported(client)).toHaveLength(128);
    expect(exported(server)).toBe(exported(client));
    const { clientHello, serverFlight, clientFinish, tickets } = FLIGHT_SIZES;
    expect(sizes).toEqual([clientHello, serverFlight, clientFinish, tickets]);
    const other = client.exporter?.(64, 'label', Uint8Array.of(2));
    expect(Buffer.from(other ?? '').toString('hex')).not.toBe(exported(client));
  });
}

for (const flight of [0, 1, 2]) {
  test(`a bit changed in flight ${flight} is noticed`, () => {
    let index = 0;
    const { client, server } = handshake((bytes) => {
      if (index++ === flight) bytes[50] = (bytes[50] ?? 0) ^ 1;
    });
    expect(flight === 2 ? server.failed : client.failed).toContain('changed');
    expect(server.exporter).toBeUndefined();
  });
}

test('a side that refuses says why and completes nothing', () => {
  const { client, server } = handshake(() => {}, { refuses: 'no such certificate' });
  expect(server.failed).toBe('no such certificate');
  expect(client.exporter).toBeUndefined();
});
