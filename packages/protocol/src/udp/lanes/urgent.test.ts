import { describe, expect, test } from 'bun:test';
import {
  URGENT_EARNED_PACKETS,
  URGENT_MAX_BYTES,
  URGENT_REPEATED_MAX_BYTES,
  URGENT_REPEATS_MAX,
  URGENT_SAVED_MAX_PACKETS,
  URGENT_WINDOW_BYTES,
} from '../tuning.ts';
import { frameOf, layout, ROUND_TRIP_MS, TestEnd, type TestPacket } from './testing/packets.ts';

const LOSSY = { lossy: true, smoothedMs: ROUND_TRIP_MS };
const NEVER = Number.POSITIVE_INFINITY;

/** Says `bytes` on `lane` at `now`, in a packet of its own. */
function say(end: TestEnd, now: number, bytes = 200, lane = 1): TestPacket {
  end.lanes.enqueue(lane, frameOf(lane, bytes));
  return end.packet(now, LOSSY);
}

/** Sends each packet that is due until `until`, and tells when each left. */
function repeats(end: TestEnd, until: number): { at: number; packet: TestPacket }[] {
  const left: { at: number; packet: TestPacket }[] = [];
  for (let at = end.lanes.repeatDeadline(LOSSY); at <= until; at = end.lanes.repeatDeadline(LOSSY)) {
    left.push({ at, packet: end.packet(at, { ...LOSSY, urgentOnly: true }) });
    if (left.length > 1_000) throw new Error('it repeats for ever');
  }
  return left;
}

const times = (left: readonly { at: number }[]): number[] => left.map(({ at }) => Math.round(at));

describe('what is urgent', () => {
  test('[URGENT-1] at most 550 bytes that wait on lane 0 or 1; longer ones, and files, are not repeated', () => {
    const repeated = (bytes: number, lane: number) => {
      const end = new TestEnd().open();
      say(end, 0, bytes, lane);
      return end.lanes.repeatDeadline(LOSSY) < NEVER;
    };
    expect([repeated(URGENT_MAX_BYTES, 1), repeated(URGENT_MAX_BYTES, 0)]).toEqual([true, true]);
    expect([repeated(URGENT_MAX_BYTES + 1, 1), repeated(100, 2)]).toEqual([false, false]);
  });

  test('[URGENT-1] it leaves in one packet whole: where there is no room for it, in the next one', () => {
    const end = new TestEnd().open();
    end.lanes.enqueue(0, frameOf(0, 500));
    end.lanes.enqueue(1, frameOf(1, 400));
    expect(layout(end.packet(0, LOSSY, 800))).toEqual(['0:0-500']);
    expect(end.lanes.wantsToSend).toBe(true);
    expect(layout(end.packet(0, LOSSY, 800))).toEqual(['1:0-400']);
    end.lanes.enqueue(1, frameOf(1, 400));
    expect(layout(end.packet(0, LOSSY, 100))).toEqual(['1:400-494']);
  });

  test('[URGENT-1] two of the longest fit a packet beside an ack', () => {
    const end = new TestEnd().open();
    say(end, 0, URGENT_MAX_BYTES);
    end.lanes.enqueue(1, frameOf(1, URGENT_MAX_BYTES));
    expect(layout(end.packet(30, LOSSY, 1_167 - 40))).toEqual(['1:550-1100', '1:0-550']);
  });

  test('[URGENT-2] on a clean path nothing is repeated, though it is remembered should losses begin', () => {
    const end = new TestEnd().open();
    say(end, 0);
    const clean = { lossy: false, smoothedMs: ROUND_TRIP_MS };
    expect(end.lanes.repeatDeadline(clean)).toBe(NEVER);
    end.lanes.enqueue(1, frameOf(1, 100));
    expect(layout(end.packet(60, clean))).toEqual(['1:200-300']);
    expect(end.lanes.repeatDeadline(LOSSY)).toBe(10);
  });
});

describe('when it is said again', () => {
  test('[URGENT-3] a tenth of the round trip after it left, then every quarter, until it is acknowledged', () => {
    const end = new TestEnd().open();
    const first = say(end, 0);
    const left = repeats(end, 120);
    expect(times(left)).toEqual([10, 35, 60, 85, 110]);
    expect(left.flatMap(({ packet }) => layout(packet))).toEqual(Array(5).fill('1:0-200'));
    end.acknowledged(first);
    expect(end.lanes.repeatDeadline(LOSSY)).toBe(NEVER);
  });

  test('[URGENT-3] never within 5 ms, however short the round trip', () => {
    const end = new TestEnd().open();
    const how = { lossy: true, smoothedMs: 1 };
    end.lanes.enqueue(1, frameOf(1, 100));
    end.packet(0, how);
    expect(end.lanes.repeatDeadline(how)).toBe(5);
    end.packet(5, how);
    expect(end.lanes.repeatDeadline(how)).toBe(10);
  });

  test('[URGENT-3] what leaves anyway takes along what would be due after two fifths of the time', () => {
    const end = new TestEnd().open();
    say(end, 0);
    const how = { lossy: true, smoothedMs: 200 };
    const layouts = [7.9, 8.1, 16, 28, 28.2].map((at) => {
      end.lanes.enqueue(1, frameOf(1, 100));
      return layout(end.packet(at, how));
    });
    expect(layouts).toEqual([
      ['1:200-300'],
      ['1:300-400', '1:0-200'],
      // The second frame, after two fifths of 20 ms; the first one, which has been repeated, waits for those of 50.
      ['1:400-500', '1:200-300'],
      ['1:500-600', '1:400-500', '1:300-400'],
      ['1:600-700', '1:0-200'],
    ]);
  });

  test('[URGENT-3] newest first, as there is room; the rest as soon as it may', () => {
    const end = new TestEnd().open();
    for (let at = 0; at < 3; at++) say(end, at, 400);
    const left = repeats(end, 12);
    expect(left.map(({ packet }) => layout(packet))).toEqual([['1:800-1200', '1:400-800'], ['1:0-400']]);
    expect(times(left)).toEqual([10, 10]);
  });

  test('[URGENT-3] what no packet has room for is due again later', () => {
    const end = new TestEnd().open();
    say(end, 0, 400);
    expect(end.packet(10, LOSSY, 200).wrote).toBe(false);
    expect(end.lanes.repeatDeadline(LOSSY)).toBe(20);
    expect(layout(end.packet(20, LOSSY))).toEqual(['1:0-400']);
  });

  test('[URGENT-3] about 8,000 bytes are under way as repetitions, and more when some arrived or were lost', () => {
    const end = new TestEnd().open();
    const packets: TestPacket[] = [];
    for (let at = 0; at < 1_000; at += 5) packets.push(say(end, at, 500));
    const { repeatedBytes } = end.lanes.counters.sending;
    expect(repeatedBytes).toBeGreaterThan(URGENT_REPEATED_MAX_BYTES);
    expect(repeatedBytes).toBeLessThanOrEqual(URGENT_REPEATED_MAX_BYTES + 500);
    expect(end.lanes.repeatDeadline(LOSSY)).toBe(NEVER);
    const carrier = packets.find(({ carried }) => carried.length > 1);
    if (carrier === undefined) throw new Error('nothing rode');
    end.lost(carrier);
    end.lanes.enqueue(1, frameOf(1, 10));
    expect(layout(end.packet(1_100, LOSSY)).length).toBeGreaterThan(1);
  });
});

describe('the budget', () => {
  const own = (end: TestEnd) => end.lanes.counters.sending.repeatingPackets;

  test('[URGENT-4] eight packets are saved, each urgent frame earns three, and each second one', () => {
    const end = new TestEnd().open();
    for (let label = 0; label < 3; label++) {
      say(end, label * 300);
      repeats(end, label * 300 + 290);
    }
    // 8 saved, full when each frame left but for what the one before had spent; the fourth has what is left.
    const spent = own(end);
    expect(spent).toBeGreaterThan(URGENT_SAVED_MAX_PACKETS);
    expect(spent).toBeLessThanOrEqual(URGENT_SAVED_MAX_PACKETS + 3 * URGENT_EARNED_PACKETS);
    const next = end.lanes.repeatDeadline(LOSSY);
    expect(next).toBeGreaterThan(900);
    expect(times(repeats(end, next + 1_990))).toEqual([next, next + 1_000].map(Math.round));
  });

  test('[URGENT-4] a packet that leaves anyway costs nothing', () => {
    const end = new TestEnd().open();
    say(end, 0);
    for (let at = 10; at < 200; at += 25) end.packet(at, { ...LOSSY, leaving: true });
    expect([own(end), end.lanes.counters.sending.repeatedBytes]).toEqual([0, 8 * 200]);
    expect(own(end)).toBe(0);
  });

  test('[URGENT-4] bytes are repeated at most 12 times', () => {
    const end = new TestEnd().open();
    say(end, 0);
    for (let at = 25; at < 1_000; at += 25) end.packet(at, { ...LOSSY, leaving: true });
    expect(end.lanes.counters.sending.repeatedBytes).toBe(URGENT_REPEATS_MAX * 200);
    expect(end.lanes.repeatDeadline(LOSSY)).toBe(NEVER);
  });

  test('[URGENT-6] without an ack for two probe timeouts urgent frames earn nothing', () => {
    const spentIn = (probeCount: number) => {
      const end = new TestEnd().open();
      for (let label = 0; label < 6; label++) {
        end.lanes.enqueue(1, frameOf(1, 200));
        end.packet(label * 400, { ...LOSSY, probeCount });
        repeats(end, label * 400 + 390);
      }
      return own(end);
    };
    expect(spentIn(1)).toBeGreaterThanOrEqual(URGENT_SAVED_MAX_PACKETS + 4 * URGENT_EARNED_PACKETS);
    expect(spentIn(2)).toBeLessThanOrEqual(URGENT_SAVED_MAX_PACKETS + 3);
  });
});

describe('losses of what was said again', () => {
  test('[URGENT-4] mean nothing while another packet with it is under way', () => {
    const end = new TestEnd().open();
    const first = say(end, 0);
    const [second, third] = repeats(end, 40).map(({ packet }) => packet);
    if (second === undefined || third === undefined) throw new Error('it was not repeated');
    end.lost(third);
    end.lost(first);
    expect(end.lanes.wantsToSend).toBe(false);
    end.lost(second);
    expect(end.lanes.wantsToSend).toBe(true);
    const again = end.packet(200, LOSSY);
    expect(layout(again)).toEqual(['1:0-200']);
    // It is urgent as at first.
    expect(times(repeats(end, 250))).toEqual([210, 235]);
    end.acknowledged(again);
    expect([end.lanes.idle, end.lanes.wantsToSend]).toEqual([true, false]);
  });

  test('[URGENT-4] half of it that is known to have arrived does not hide the other half', () => {
    const end = new TestEnd().open();
    const first = say(end, 0, 400);
    end.lost(first);
    const head = end.packet(100, LOSSY, 206);
    const tail = end.packet(100, LOSSY);
    expect([layout(head), layout(tail)]).toEqual([['1:0-201'], ['1:201-400']]);
    end.lost(tail);
    end.acknowledged(head);
    expect(end.packets(200, LOSSY).flatMap(layout)).toEqual(['1:201-400']);
  });

  test('[URGENT-4] more urgent frames than are remembered are still delivered', () => {
    const end = new TestEnd().open();
    const peer = new TestEnd();
    const packets = Array.from({ length: 100 }, (_, at) => say(end, at / 10, 10));
    for (const packet of packets) end.lost(packet);
    for (const packet of end.packets(100, LOSSY)) {
      peer.receive(packet);
      end.acknowledged(packet);
    }
    expect([peer.frames.length, end.lanes.idle]).toEqual([100, true]);
  });
});

describe('beyond the window', () => {
  test('[URGENT-5] lanes 0 and 1 with little to send go on, and repetitions; nothing else does', () => {
    const end = new TestEnd().open();
    const { lanes } = end;
    say(end, 0);
    lanes.enqueue(2, frameOf(2, 100));
    lanes.enqueueDatagram(frameOf(1, 100));
    expect(lanes.wantsUrgent).toBe(false);
    lanes.enqueue(1, frameOf(1, 900));
    expect(lanes.wantsUrgent).toBe(true);
    const packet = end.packet(20, { ...LOSSY, urgentOnly: true });
    expect(layout(packet)).toEqual(['1:0-200', '1:200-1100']);
    expect([lanes.wantsUrgent, lanes.wantsToSend]).toEqual([false, true]);
  });

  test('[URGENT-5] a lane with more than 12,000 bytes waits for the window, however they came', () => {
    const end = new TestEnd().open();
    const { lanes } = end;
    for (let bytes = 0; bytes <= URGENT_WINDOW_BYTES; bytes += 100) lanes.enqueue(1, frameOf(1, 100));
    expect([lanes.wantsUrgent, lanes.wantsToSend]).toEqual([false, true]);
    expect(end.packet(0, { ...LOSSY, urgentOnly: true }).wrote).toBe(false);
    lanes.enqueue(0, frameOf(0, 100));
    expect(layout(end.packet(0, { ...LOSSY, urgentOnly: true }))).toEqual(['0:0-100']);
    end.packet(0, LOSSY);
    expect(lanes.wantsUrgent).toBe(true);
  });
});

describe('probes', () => {
  test('[URGENT-6] carry urgent bytes first, then the oldest of what is not acknowledged', () => {
    const end = new TestEnd().open();
    const { lanes } = end;
    expect(lanes.prepareProbe()).toBe(false);
    lanes.enqueue(4, frameOf(4, 3_000));
    for (const packet of end.packets(0)) expect(packet.wrote).toBe(true);
    lanes.enqueue(1, frameOf(1, 700));
    const old = end.packet(0);
    const urgent = say(end, 1, 300);
    expect(lanes.prepareProbe()).toBe(true);
    expect(layout(end.packet(300))).toEqual(['1:700-1000']);
    end.acknowledged(urgent);
    expect(lanes.prepareProbe()).toBe(true);
    expect(layout(end.packet(300))).toEqual(['1:0-700']);
    end.acknowledged(old);
    expect(lanes.prepareProbe()).toBe(true);
    expect(layout(end.packet(300))).toEqual(['4:0-1000']);
  });

  test('[URGENT-6] several urgent frames ride in one probe', () => {
    const end = new TestEnd().open();
    for (let at = 0; at < 6; at++) say(end, at, 200);
    expect(end.lanes.prepareProbe()).toBe(true);
    expect(layout(end.packet(300))).toEqual(['1:0-1000']);
  });
});
