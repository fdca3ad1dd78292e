import { expect, test } from 'bun:test';
import { CHAT_LANE, CONTROL_LANE, FIRST_FILE_LANE } from '@sotto/protocol';
import { mutate, type RandomNumber, seeded } from '@sotto/protocol/testing';
import { testIdentity } from '../testing/identity.ts';
import { Peer, testFrame } from '../testing/peer.ts';
import { type RawSession, rawSession } from '../testing/quic-raw.ts';
import { expectServing } from '../testing/serving.ts';
import { dialQuic, listenQuic } from './index.ts';

const SESSIONS = 60;
const ACTS_MAX = 120;
const LANES = [CONTROL_LANE, CHAT_LANE, FIRST_FILE_LANE, 200] as const;
type Stream = Awaited<ReturnType<RawSession['open']>>;

const soon = (ms = 1) => new Promise((next) => setTimeout(next, ms));

/** A frame, a frame that was changed, or noise. */
function bytesOf(number: RandomNumber): Uint8Array {
  const frame = testFrame(LANES[number(LANES.length)] ?? CHAT_LANE, number(1_000), number(2_000));
  const kind = number(10);
  if (kind < 4) return frame;
  if (kind < 6) return frame.subarray(0, number(frame.length));
  return kind < 9 ? mutate(frame, number) : Uint8Array.from({ length: number(300) }, () => number(256));
}

/** One thing that a peer may do; what the runtime refuses of it is refused. */
async function act({ session, open }: RawSession, streams: Stream[], number: RandomNumber): Promise<void> {
  const stream = streams[number(Math.max(1, streams.length))];
  const choice = number(100);
  if (stream === undefined || choice < 20) {
    streams.push(await open());
  } else if (choice < 70) {
    stream.writer.writeSync(bytesOf(number));
  } else if (choice < 85) {
    await session.sendDatagram(bytesOf(number).slice(0, session.maxDatagramSize));
  } else if (choice < 90) {
    stream.writer.endSync();
  } else if (choice < 93) {
    stream.writer.fail(new Error('no more'));
  } else if (choice < 95) {
    stream.destroy(new Error('no more'));
  } else {
    const both = await session.createBidirectionalStream();
    both.closed.catch(() => {});
    both.writer.writeSync(bytesOf(number));
  }
}

test(`[QUIC-8] T3: ${SESSIONS} peers that do anything in any order leave a server that serves, and nothing behind`, async () => {
  const accepted: Peer[] = [];
  const accept = Peer.accept((peer) => accepted.push(peer));
  const listener = await listenQuic({
    hostname: '127.0.0.1',
    port: 0,
    identity: await testIdentity(),
    accept,
  });
  for (let seed = 1; seed <= SESSIONS; seed++) {
    const number = seeded(seed);
    const raw = await rawSession(listener.port);
    await raw.session.opened;
    const streams: Stream[] = [];
    for (let left = number(ACTS_MAX); left > 0 && !raw.session.destroyed; left--) {
      await act(raw, streams, number).catch(() => {});
      if (number(8) === 0) await soon();
    }
    await raw.close();
    if (seed % 20 === 0) await expectServing(dialQuic, listener.port, accepted);
  }
  // Each of them is over, once, for a reason of the list, whatever it did.
  for (const peer of accepted) await peer.until(() => peer.closes.length > 0);
  expect(accepted.length).toBeGreaterThanOrEqual(SESSIONS);
  expect(accepted.every(({ closes }) => closes.length === 1)).toBe(true);
  const reasons = new Set(accepted.map(({ reason }) => reason));
  expect(reasons).toContain('malformed');
  expect([...reasons].every((reason) => ['malformed', 'peer', 'lost'].includes(reason ?? ''))).toBe(true);
  await listener.close();
}, 60_000);
