import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Carried } from '../carried.ts';
import { ByteWriter } from '../wire/bytes.ts';
import { readChunks } from '../wire/chunk.ts';
import { CryptoLane } from './crypto-lane.ts';

type Span = Extract<Carried, { kind: 'crypto' }>;

const isSpan = (part: Carried): part is Span => part.kind === 'crypto';

/** One packet of at most `bytes` from `lane`, as the other side reads it. */
function packet(lane: CryptoLane, bytes: number) {
  const writer = new ByteWriter(new Uint8Array(bytes));
  const carried: Carried[] = [];
  const wrote = lane.fill(writer, carried);
  const chunks = wrote ? readChunks(writer.written, 'handshake', 'client') : [];
  return { chunks, spans: carried.filter(isSpan) };
}

test('T3 [SHAKE-2] [LOSS-2]: whatever is lost, everything arrives, and nothing waits once it is acknowledged', () => {
  const fates = fc.array(fc.constantFrom('acked', 'lost', 'lost late'), { maxLength: 60 });
  fc.assert(
    fc.property(fates, fc.integer({ min: 40, max: 1_100 }), (given, room) => {
      const sender = new CryptoLane();
      const receiver = new CryptoLane();
      const said = Uint8Array.from({ length: 4_000 }, (_, index) => (index * 7) & 0xff);
      sender.enqueue(said.subarray(0, 1_500));
      sender.enqueue(said.subarray(1_500));
      const heard: number[] = [];
      const late: Span[] = [];
      const fate = [...given];
      while (sender.waits || late.length > 0) {
        if (!sender.waits) for (const span of late.splice(0)) sender.lost(span);
        const { chunks, spans } = packet(sender, room);
        const how = fate.pop() ?? 'acked';
        if (how === 'lost') for (const span of spans) sender.lost(span);
        else if (how === 'lost late') late.push(...spans);
        else {
          for (const chunk of chunks)
            if (chunk.kind === 'crypto') heard.push(...(receiver.receive(chunk.offset, chunk.bytes) ?? []));
          for (const span of spans) sender.acknowledged(span);
        }
      }
      expect(heard).toEqual([...said]);
      expect(sender.again()).toBe(false);
    }),
  );
});

test('T3 [LOSS-1]: a probe says again what nobody has acknowledged, and only that', () => {
  const lane = new CryptoLane();
  lane.enqueue(new Uint8Array(2_000));
  const first = packet(lane, 1_000);
  packet(lane, 1_200);
  for (const span of first.spans) lane.acknowledged(span);
  expect(lane.waits).toBe(false);
  expect(lane.again()).toBe(true);
  const { spans } = packet(lane, 1_200);
  expect(spans.map(({ start }) => start)).toEqual(first.spans.map(({ end }) => end));
  expect(spans.at(-1)?.end).toBe(2_000);
});
