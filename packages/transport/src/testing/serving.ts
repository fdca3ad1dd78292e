import { expect } from 'bun:test';
import { CHAT_LANE } from '@sotto/protocol';
import type { Dial } from '../contract.ts';
import { Peer, testFrame } from './peer.ts';

/** The listener on `port` still serves an honest client; `accepted` is where its server's ends come. */
export async function expectServing(dial: Dial, port: number, accepted: readonly Peer[]): Promise<void> {
  const before = accepted.length;
  const client = await dial({ host: '127.0.0.1', port, verify: () => {}, events: Peer.accept(() => {}) });
  client.send(CHAT_LANE, testFrame(CHAT_LANE, 42));
  while (accepted.length === before) await new Promise((next) => setTimeout(next, 1));
  const server = accepted.at(-1);
  await server?.until(() => server.received === 1);
  client.abort();
  await server?.until(() => server.closes.length === 1);
  expect(server?.ids(CHAT_LANE)).toEqual([42]);
}
