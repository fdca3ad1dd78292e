import { describe, expect, test } from 'bun:test';
import { parsePacket } from '@sotto/protocol/testing';
import { sendHostile, sendSpoofed } from './floods.ts';
import { SERVER } from './network.ts';
import { connectedIn, expectHeard, newWorld } from './scene.ts';

const DATAGRAMS = 100_000;
const SPOOFED = 40_000;
const TIMEOUT_MS = 300_000;

describe('T10 T6: datagrams that nobody honest sent', () => {
  test(
    `[PACKET-5] [ADMIT-4] ${DATAGRAMS} of them: nothing breaks, nothing piles up, honest connections go on`,
    () => sendHostile(DATAGRAMS),
    TIMEOUT_MS,
  );

  test('[PACKET-3] [PACKET-4] [PACKET-5] each byte of each kind of packet, changed and left out', () => {
    const world = newWorld();
    const kinds = new Map<string, { bytes: Uint8Array; to: string; from: string }>();
    world.network.tap = ({ bytes, to, from }) => {
      const packet = parsePacket(bytes);
      const token = packet.kind === 'handshake' && packet.token.length > 0 ? ' with a token' : '';
      const way = to === SERVER ? 'up' : 'down';
      const kind = `${packet.kind}${token} ${way}, ${bytes.length > 300 ? 'long' : 'short'}`;
      if (!kinds.has(kind)) kinds.set(kind, { bytes, to, from });
    };
    const pair = connectedIn(world);
    pair.client.say(2, 1);
    pair.server.say(2, 1);
    pair.run(1_000);
    world.network.tap = () => {};
    expect(kinds.size).toBeGreaterThanOrEqual(8);
    for (const { bytes, to, from } of kinds.values()) {
      for (let at = 0; at < bytes.length; at++) {
        for (const value of [0, 0xff, (bytes[at] ?? 0) ^ 1, (bytes[at] ?? 0) ^ 0x40]) {
          const changed = bytes.slice();
          changed[at] = value;
          deliver(changed, to, from);
        }
        deliver(bytes.slice(0, at), to, from);
        if (at % 64 === 0) pair.run(1);
      }
    }
    pair.client.say(1, 1);
    pair.server.say(1, 1);
    pair.run(15_000);
    expectHeard(pair);
    expect(world.server.endpoint.connections).toBe(1);

    function deliver(bytes: Uint8Array, to: string, from: string): void {
      if (to === SERVER) world.network.toServer({ bytes, from, to, content: undefined });
      else world.network.toClient({ bytes, from, to: pair.caller.address, content: undefined });
    }
  });
});

test(
  `T6 T10 [ADMIT-1] [ADMIT-4] ${SPOOFED} spoofed first packets, with and without tokens, leave nothing behind`,
  () => sendSpoofed(SPOOFED),
  TIMEOUT_MS,
);
