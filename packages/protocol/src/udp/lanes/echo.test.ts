import { describe, expect, test } from 'bun:test';
import { seeded } from '../../testing/mutate.ts';
import { LossyEnd, type NumberedPacket } from './testing/lossy-end.ts';
import { frameOf } from './testing/packets.ts';
import { Timeline } from './testing/timeline.ts';

interface Scenario {
  /** Of the packets of each direction. */
  loss: number;
  roundTripMs: number;
  /** Between messages. */
  periodMs: number;
  messages: number;
  seed: number;
}

interface Outcome {
  p50: number;
  p99: number;
  /** Of both sides together, for each message. */
  packets: number;
}

const MESSAGE_BYTES = 200;
/** Until the first losses are known, and the estimate of them is about right. */
const WARM_UP_MESSAGES = 40;
/** What the way through an end takes, and up to twice that. */
const WORK_MS = 1;
const TIMER_SLACK_MS = 1;

/** A client sends a message every so often, and the server sends it back. */
function echo({ loss, roundTripMs, periodMs, messages, seed }: Scenario): Outcome {
  const time = new Timeline();
  const random = seeded(seed);
  const uniform = () => random(1_000_000) / 1_000_000;
  const leftAt: number[] = [];
  const delays: number[] = [];
  const link = (to: () => LossyEnd) => (packet: NumberedPacket) => {
    if (uniform() >= loss)
      time.at(time.now + roundTripMs / 2 + WORK_MS * (1 + uniform()), () => to().take(packet));
  };
  const slack = () => uniform() * TIMER_SLACK_MS;
  const client: LossyEnd = new LossyEnd(
    time,
    link(() => server),
    () => delays.push(time.now - (leftAt[delays.length] ?? 0)),
    roundTripMs,
    slack,
  );
  const server: LossyEnd = new LossyEnd(
    time,
    link(() => client),
    () => server.lanes.enqueue(1, frameOf(1, MESSAGE_BYTES)),
    roundTripMs,
    slack,
  );
  let packetsBefore = 0;
  for (let message = 0; message < messages; message++) {
    time.at(message * periodMs + slack(), () => {
      if (message === WARM_UP_MESSAGES) packetsBefore = client.packetsSent + server.packetsSent;
      leftAt.push(time.now);
      client.lanes.enqueue(1, frameOf(1, MESSAGE_BYTES));
      client.flush();
    });
  }
  time.run(messages * periodMs);
  const packets = client.packetsSent + server.packetsSent - packetsBefore;
  time.run(messages * periodMs + 60_000);
  expect(delays.length).toBe(messages);
  const sorted = delays.slice(WARM_UP_MESSAGES).sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * sorted.length)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), packets: packets / (messages - WARM_UP_MESSAGES) };
}

const CHAT = { roundTripMs: 100, periodMs: 50, messages: 6_000, seed: 1 };

describe('an echo of 200 bytes every 50 ms over a round trip of 100 ms', () => {
  const clean = echo({ ...CHAT, loss: 0 });

  test('[URGENT-2] no loss: nothing is repeated, three packets carry a message both ways', () => {
    expect(clean.p99).toBeLessThan(105);
    expect(clean.packets).toBeLessThanOrEqual(3.05);
  });

  for (const [loss, p99Ms] of [
    [0.05, 120],
    [0.2, 165],
    [0.3, 190],
  ] as const) {
    test(`[URGENT-3] [URGENT-4] T4: ${100 * loss} % lost: p99 below ${p99Ms} ms, at most 2.5 times the packets`, () => {
      const { p99, packets } = echo({ ...CHAT, loss });
      expect(p99).toBeLessThan(p99Ms);
      expect(packets).toBeLessThan(2.5 * clean.packets);
    });
  }
});

test('[URGENT-4] [URGENT-6] a message a second at 30 % loss: the budget is enough for all but the worst', () => {
  const { p50, p99, packets } = echo({ ...CHAT, periodMs: 1_000, messages: 2_000, loss: 0.3 });
  expect(p50).toBeLessThan(125);
  expect(p99).toBeLessThan(300);
  expect(packets).toBeLessThan(22);
});

test('[URGENT-5] a long round trip at 20 % loss: what is new does not wait for the window to grow', () => {
  const { p50, p99 } = echo({ ...CHAT, roundTripMs: 300, messages: 3_000, loss: 0.2 });
  expect(p50).toBeLessThan(340);
  expect(p99).toBeLessThan(1_200);
});
