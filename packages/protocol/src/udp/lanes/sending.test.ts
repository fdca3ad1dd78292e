import { describe, expect, test } from 'bun:test';
import { CONNECTION_CREDIT_BYTES, LANE_CREDIT_BYTES } from '../constants.ts';
import { DATAGRAM_FRAME_MAX_BYTES, DATAGRAMS_WAITING_MAX } from '../tuning.ts';
import { frameOf, layout, ROOM_BYTES, TestEnd } from './testing/packets.ts';

const bytesOf = (end: TestEnd, ...of: readonly number[]): number =>
  end
    .packets(0)
    .flatMap(({ chunks }) => chunks)
    .reduce(
      (sum, chunk) => sum + (chunk.kind === 'lane' && of.includes(chunk.lane) ? chunk.bytes.length : 0),
      0,
    );

describe('the order in a packet', () => {
  test('[CREDIT-4] lost and urgent bytes of lanes 0 and 1, repetitions, control, chat, datagrams, files', () => {
    const end = new TestEnd().open();
    const { lanes } = end;
    lanes.enqueue(5, frameOf(5, 100));
    lanes.enqueue(1, frameOf(1, 20));
    const first = end.packet(0);
    lanes.enqueue(1, frameOf(1, 30));
    end.packet(1);
    end.lost(first);
    lanes.enqueue(6, frameOf(6, 5_000));
    lanes.enqueueDatagram(frameOf(1, 40));
    lanes.enqueue(1, frameOf(1, 600));
    lanes.enqueue(0, frameOf(0, 50));
    const packet = end.packet(50, { lossy: true });
    expect(layout(packet)).toEqual([
      '1:0-20',
      '0:0-50',
      '1:20-50',
      '1:50-650',
      'datagram',
      '5:0-100',
      '6:0-298',
    ]);
    expect(packet.bytes).toBe(ROOM_BYTES);
  });

  test('[CREDIT-4] control goes before chat, and chat before files, whatever was first', () => {
    const end = new TestEnd().open();
    for (const lane of [9, 1, 0]) end.lanes.enqueue(lane, frameOf(lane, 700));
    expect(layout(end.packet(0))).toEqual(['0:0-700', '1:0-457']);
    expect(layout(end.packet(0))).toEqual(['1:457-700', '9:0-700']);
    expect(end.lanes.wantsToSend).toBe(false);
  });

  test('[CREDIT-4] files take turns, one packet each, and what one leaves free the next one gets', () => {
    const end = new TestEnd().open();
    for (const lane of [2, 3, 4]) end.lanes.enqueue(lane, frameOf(lane, lane === 3 ? 1_500 : 3_000));
    const packets = end
      .packets(0)
      .map((packet) => packet.chunks.map((chunk) => 'lane' in chunk && chunk.lane));
    expect(packets).toEqual([[2], [3], [4], [2], [3, 4], [2, 4], [4]]);
  });

  test('T4 many small frames of a lane leave as one chunk', () => {
    const end = new TestEnd().open();
    for (let label = 0; label < 20; label++) end.lanes.enqueue(1, frameOf(1, 20, label));
    const packet = end.packet(0);
    expect(layout(packet)).toEqual(['1:0-400']);
    const peer = new TestEnd();
    peer.receive(packet);
    expect(peer.frames.map(({ body }) => body[0])).toEqual(Array.from({ length: 20 }, (_, label) => label));
  });
});

describe('what was lost', () => {
  test('T4 leaves again before what is new, as far as it has not arrived by other ways', () => {
    const end = new TestEnd().open();
    end.lanes.enqueue(2, frameOf(2, 4_000));
    const [first, second, third, fourth] = end.packets(0);
    if (first === undefined || second === undefined || third === undefined || fourth === undefined)
      throw new Error('fewer packets than expected');
    end.acknowledged(third);
    for (const packet of [first, second, fourth]) end.lost(packet);
    end.acknowledged(second);
    end.lanes.enqueue(2, frameOf(2, 500));
    const again = end.packets(0);
    expect(again.flatMap(layout)).toEqual(['2:0-1162', '2:3484-4000', '2:4000-4500']);
    for (const packet of [first, ...again]) end.acknowledged(packet);
    expect([end.lanes.bufferedBytes, end.lanes.runs, end.lanes.idle]).toEqual([0, 0, true]);
  });

  test.each([1, 2])('T4 a packet told as lost that arrives after all is not sent again: lane %i', (lane) => {
    const end = new TestEnd().open();
    end.lanes.enqueue(lane, frameOf(lane, 900));
    const packet = end.packet(0);
    end.lost(packet);
    expect(end.lanes.wantsToSend).toBe(true);
    end.acknowledged(packet);
    expect([end.lanes.wantsToSend, end.lanes.idle]).toEqual([false, true]);
    expect(end.packet(1).wrote).toBe(false);
  });

  test('T4 what is shared between connections is neither copied nor changed before it leaves', () => {
    const shared = frameOf(1, 300, 7);
    const before = shared.slice();
    const ends = [new TestEnd().open(), new TestEnd().open()];
    for (const end of ends) end.lanes.enqueue(1, shared);
    for (const end of ends) {
      const peer = new TestEnd();
      peer.receive(end.packet(0));
      expect(peer.frames[0]?.body).toEqual(before.subarray(10));
    }
    expect(shared).toEqual(before);
  });
});

describe('credit of the peer', () => {
  test('[CREDIT-3] nothing leaves before there is credit, and no more than that of the lane', () => {
    const end = new TestEnd();
    end.lanes.enqueue(2, new Uint8Array(LANE_CREDIT_BYTES + 100));
    expect(end.lanes.wantsToSend).toBe(false);
    expect(end.packet(0).wrote).toBe(false);
    end.lanes.setPeerCredit(CONNECTION_CREDIT_BYTES, LANE_CREDIT_BYTES);
    expect(bytesOf(end, 2)).toBe(LANE_CREDIT_BYTES);
    end.lanes.peerLaneCredit(2, LANE_CREDIT_BYTES + 60);
    end.lanes.peerLaneCredit(2, LANE_CREDIT_BYTES);
    expect(bytesOf(end, 2)).toBe(60);
    expect(end.lanes.wantsToSend).toBe(false);
  });

  test('[CREDIT-3] the lanes together keep within that of the connection', () => {
    const end = new TestEnd().open();
    for (const lane of [1, 2, 3]) end.lanes.enqueue(lane, new Uint8Array(200_000));
    const sent = end.packets(0).flatMap(({ chunks }) => chunks);
    const bytes = sent.reduce((sum, chunk) => sum + (chunk.kind === 'lane' ? chunk.bytes.length : 0), 0);
    const filesLeave = 64 * 1024;
    expect(bytes).toBe(CONNECTION_CREDIT_BYTES - filesLeave);
    expect([end.lanes.wantsToSend, end.lanes.wantsUrgent]).toEqual([false, false]);
    end.lanes.peerCredit(CONNECTION_CREDIT_BYTES + 1_000);
    end.lanes.peerCredit(10);
    expect(bytesOf(end, 2, 3)).toBe(1_000);
    end.lanes.enqueue(1, new Uint8Array(100_000));
    expect(bytesOf(end, 1)).toBe(LANE_CREDIT_BYTES - 200_000);
    end.lanes.enqueue(0, new Uint8Array(100_000));
    expect(bytesOf(end, 0)).toBe(filesLeave - (LANE_CREDIT_BYTES - 200_000));
    expect(end.lanes.wantsToSend).toBe(false);
  });

  test('[CREDIT-4] F3: whatever files there are, a chat frame has credit', () => {
    const end = new TestEnd().open();
    for (let lane = 2; lane < 66; lane++) end.lanes.enqueue(lane, new Uint8Array(65_546));
    expect(end.packets(0).length).toBeGreaterThan(0);
    expect(end.lanes.wantsToSend).toBe(false);
    end.lanes.enqueue(1, frameOf(1, 500));
    expect(layout(end.packet(1))).toEqual(['1:0-500']);
    expect(end.packet(1).wrote).toBe(false);
  });

  test('[CREDIT-3] what was lost needs no credit again', () => {
    const end = new TestEnd();
    end.lanes.setPeerCredit(4_000, 1_000);
    end.lanes.enqueue(2, frameOf(2, 1_500));
    const packet = end.packet(0);
    expect(layout(packet)).toEqual(['2:0-1000']);
    end.lost(packet);
    expect(end.lanes.wantsToSend).toBe(true);
    expect(end.packets(1).flatMap(layout)).toEqual(['2:0-1000']);
  });
});

describe('datagrams', () => {
  test('[CREDIT-5] go ahead of files, once, and hold nothing back when they are lost', () => {
    const end = new TestEnd().open();
    end.lanes.enqueue(2, frameOf(2, 100));
    end.lanes.enqueueDatagram(frameOf(1, 200));
    const packet = end.packet(0);
    expect(layout(packet)).toEqual(['datagram', '2:0-100']);
    end.lost(packet);
    expect(end.packets(1).flatMap(layout)).toEqual(['2:0-100']);
  });

  test('[CREDIT-5] the oldest are dropped beyond 64', () => {
    const end = new TestEnd().open();
    const peer = new TestEnd();
    for (let label = 0; label < DATAGRAMS_WAITING_MAX + 3; label++)
      end.lanes.enqueueDatagram(frameOf(1, 500, label));
    expect(end.lanes.bufferedBytes).toBe(DATAGRAMS_WAITING_MAX * 500);
    for (const packet of end.packets(0)) peer.receive(packet);
    expect(peer.datagrams.map((frame) => frame[10])).toEqual(
      Array.from({ length: DATAGRAMS_WAITING_MAX }, (_, index) => index + 3),
    );
    const { datagramsSent, datagramsDropped } = end.lanes.counters.sending;
    expect([datagramsSent, datagramsDropped, end.lanes.idle]).toEqual([64, 3, true]);
  });

  test('[CREDIT-5] one that fits no datagram goes on its lane', () => {
    const end = new TestEnd().open();
    end.lanes.enqueueDatagram(frameOf(1, DATAGRAM_FRAME_MAX_BYTES + 1));
    end.lanes.enqueueDatagram(frameOf(1, DATAGRAM_FRAME_MAX_BYTES));
    expect(end.packets(0).flatMap(layout)).toEqual(['1:0-1089', 'datagram']);
  });

  test('[CREDIT-5] one that finds no room though nothing else is there is dropped, so that nothing waits for ever', () => {
    const end = new TestEnd().open();
    end.lanes.enqueueDatagram(frameOf(1, 1_000));
    expect(end.packet(0, {}, 500).wrote).toBe(false);
    expect([end.lanes.wantsToSend, end.lanes.counters.sending.datagramsDropped]).toEqual([false, 1]);
  });
});
