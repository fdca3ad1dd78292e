import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { BODY_MAX_BYTES } from '../../constants.ts';
import { type RandomNumber, seeded } from '../../testing/mutate.ts';
import type { Carried } from '../carried.ts';
import { ByteWriter } from '../wire/bytes.ts';
import { readChunks } from '../wire/chunk.ts';
import { frameOf, TestEnd, type TestPacket } from './testing/packets.ts';

const LANES = [0, 1, 1, 1, 2, 3, 200];
const SMOOTHED_MS = 100;

/** One direction: a sender, a receiver, and packets whose fate is open. */
class Line {
  readonly sender: TestEnd;
  readonly receiver: TestEnd;
  readonly sent = new Map<number, Uint8Array[]>();
  #underWay: TestPacket[] = [];
  /** Taken for lost; some arrive nevertheless. */
  #missing: TestPacket[] = [];
  #label = 0;

  constructor(sender: TestEnd, receiver: TestEnd) {
    this.sender = sender;
    this.receiver = receiver;
  }

  say(random: RandomNumber): void {
    const lane = LANES[random(LANES.length)] ?? 1;
    // Files are longer than the credit.
    const bytes = lane > 1 ? random(BODY_MAX_BYTES) : random(random(4) === 0 ? 4_000 : 300);
    const frame = frameOf(lane, 10 + bytes, this.#label++ & 255);
    if (random(12) === 0) {
      this.sender.lanes.enqueueDatagram(frameOf(0, 10 + random(900)));
      return;
    }
    const frames = this.sent.get(lane) ?? [];
    frames.push(frame.slice(10));
    this.sent.set(lane, frames);
    this.sender.lanes.enqueue(lane, frame);
  }

  fill(now: number, random: RandomNumber): void {
    const how = {
      urgentOnly: random(4) === 0,
      lossy: random(3) > 0,
      leaving: random(2) === 0,
      probeCount: random(4),
    };
    const packet = this.sender.packet(now, how, 40 + random(1_130));
    if (packet.wrote) this.#underWay.push(packet);
  }

  /** Limits for the other direction: in a packet that may be lost as well. */
  tellCredit(now: number, random: RandomNumber): void {
    if (!this.sender.lanes.owesCredit) return;
    const writer = new ByteWriter(new Uint8Array(20 + random(40)));
    const carried: Carried[] = [];
    this.sender.lanes.writeCredit(now, SMOOTHED_MS, writer, carried);
    if (writer.offset === 0) return;
    const chunks = readChunks(writer.written, 'connection', 'server');
    this.#underWay.push({ chunks, carried, bytes: writer.offset, wrote: true });
  }

  /** The fate of one packet: it arrives, and is acknowledged or not; or it is lost, perhaps only seemingly. */
  settle(random: RandomNumber): void {
    const packet = take(this.#underWay, random);
    if (packet === undefined) return;
    const fate = random(10);
    if (fate < 4) {
      this.#arrive(packet);
      this.sender.acknowledged(packet);
    } else if (fate < 6) {
      this.#arrive(packet);
      this.#missing.push(packet);
      this.sender.lost(packet);
    } else {
      if (fate === 6) this.#missing.push(packet);
      this.sender.lost(packet);
    }
  }

  /** The ack of a packet that was taken for lost comes after all. */
  late(random: RandomNumber): void {
    const packet = take(this.#missing, random);
    if (packet === undefined) return;
    this.#arrive(packet);
    this.sender.acknowledged(packet);
  }

  /** From now on everything arrives. */
  drain(now: number): void {
    for (const packet of this.#underWay.splice(0)) this.sender.lost(packet);
    for (let spins = 0; this.sender.lanes.wantsToSend || this.sender.lanes.owesCredit; spins++) {
      if (spins > 10_000) throw new Error('it never rests');
      this.tellCredit(now + spins, () => 30);
      const packet = this.sender.packet(now + spins);
      if (packet.wrote) this.#underWay.push(packet);
      for (const each of this.#underWay.splice(0)) {
        this.#arrive(each);
        this.sender.acknowledged(each);
      }
    }
  }

  check(): void {
    for (const [lane, frames] of this.sent)
      expect(this.receiver.frames.filter((frame) => frame.lane === lane).map(({ body }) => body)).toEqual(
        frames,
      );
    expect(this.receiver.frames.length).toBe([...this.sent.values()].flat().length);
    const { bufferedBytes, runs, idle, wantsToSend, wantsUrgent } = this.sender.lanes;
    expect({ bufferedBytes, runs, idle, wantsToSend, wantsUrgent }).toEqual({
      bufferedBytes: 0,
      runs: 0,
      idle: true,
      wantsToSend: false,
      wantsUrgent: false,
    });
    expect(this.receiver.lanes.heldBytes).toBe(0);
  }

  #arrive(packet: TestPacket): void {
    this.receiver.receive(packet);
  }
}

function take<Item>(items: Item[], random: RandomNumber): Item | undefined {
  if (items.length === 0) return undefined;
  return items.splice(random(items.length), 1)[0];
}

function talk(seed: number, steps: number): void {
  const random = seeded(seed);
  const ends = [new TestEnd().open(), new TestEnd().open()] as const;
  for (const end of ends) end.lanes.limitBody(BODY_MAX_BYTES);
  const lines = [new Line(ends[0], ends[1]), new Line(ends[1], ends[0])];
  let now = 0;
  for (let step = 0; step < steps; step++) {
    const line = lines[random(2)];
    if (line === undefined) continue;
    now += random(20);
    const draw = random(20);
    if (draw < 5) line.say(random);
    else if (draw < 11) line.fill(now, random);
    else if (draw < 17) line.settle(random);
    else if (draw < 18) line.late(random);
    else if (draw < 19) line.tellCredit(now, random);
    else if (random(5) === 0) line.sender.lanes.prepareProbe();
    const deadline = line.sender.lanes.repeatDeadline({ lossy: true, smoothedMs: SMOOTHED_MS });
    if (deadline <= now) line.fill(Math.max(now, deadline), random);
  }
  for (let round = 1; round < 1_000 && lines.some(({ sender }) => !sender.lanes.idle); round++)
    for (const line of lines) line.drain(now + round * SMOOTHED_MS);
  for (const line of lines) line.check();
}

describe('two ends', () => {
  test('[CREDIT-2] [URGENT-4] T4: whatever is said, filled, lost, late and repeated, every frame comes once and in order', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 600 }), (seed, steps) => talk(seed, steps)),
      { numRuns: 150 },
    );
  });

  test('[URGENT-3] T4: a clock that only does what is due comes to rest, also when nothing is ever acknowledged', () => {
    const end = new TestEnd().open();
    const how = { lossy: true, smoothedMs: SMOOTHED_MS };
    for (let label = 0; label < 4; label++) {
      end.lanes.enqueue(1, frameOf(1, 500, label));
      end.packet(label, how);
    }
    let packets = 0;
    for (let at = 0; ; packets++) {
      const due = end.lanes.repeatDeadline(how);
      if (due === Number.POSITIVE_INFINITY) break;
      expect(packets).toBeLessThan(2_000);
      at = Math.max(at, due);
      // Now and then with no room for any of it.
      end.packet(at, { ...how, urgentOnly: true }, packets % 3 === 0 ? 60 : 1_167);
    }
    expect(packets).toBeGreaterThan(5);
  });
});
