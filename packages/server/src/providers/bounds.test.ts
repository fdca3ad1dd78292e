import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { ProviderError } from '../assistants/provider.ts';
import { Bounds, inTurns, LINE_MAX_BYTES, RESPONSE_MAX_BYTES } from './bounds.ts';
import { createOpenProvider } from './open.ts';
import { collect } from './testing/collect.ts';
import { goodStream } from './testing/model-mode.ts';
import { ModelServer } from './testing/model-server.ts';

const encoder = new TextEncoder();
const taken = (chunks: Iterable<Uint8Array>): number => {
  const bounds = new Bounds();
  let bytes = 0;
  for (const chunk of chunks) {
    bounds.take(chunk);
    bytes += chunk.length;
  }
  return bytes;
};
const repeated = (text: string, times: number) => Array.from({ length: times }, () => encoder.encode(text));

describe('bounds of a response (I3)', () => {
  test('[PROVIDER-3] I3: 4 MiB are taken, and not a byte more', () => {
    const line = `:${'x'.repeat(1022)}\n`;
    expect(taken(repeated(line, RESPONSE_MAX_BYTES / 1024))).toBe(RESPONSE_MAX_BYTES);
    expect(() => taken(repeated(line, RESPONSE_MAX_BYTES / 1024 + 1))).toThrow(ProviderError);
  });

  test('[PROVIDER-3] I3: a line has 256 KiB, however it is cut into pieces', () => {
    const long = 'y'.repeat(LINE_MAX_BYTES);
    expect(taken([encoder.encode(`\n:${long.slice(1)}\n${long}\n`)])).toBe(2 * LINE_MAX_BYTES + 3);
    expect(() => taken([encoder.encode(`\n:${long}\n`)])).toThrow('a line');
    expect(() => taken(repeated(`data${'z'.repeat(996)}`, 263))).toThrow('a line');
    expect(taken(repeated(`data${'z'.repeat(996)}\n`, 263))).toBe(263_263);
  });

  test('[PROVIDER-3] I3: characters may be cut in two, and have to be UTF-8', () => {
    const bytes = encoder.encode(': Grüße 🌱');
    expect(taken([...bytes].map((byte) => Uint8Array.of(byte)))).toBe(bytes.length);
    for (const bad of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]])
      expect(() => taken([Uint8Array.from(bad)])).toThrow('UTF-8');
  });
});

test('[PROVIDER-3] I3: what begins like no stream of events is refused at once, however it is cut', () => {
  for (const good of [': wait\n', '\n\r\ndata: 1\n', 'event: x\n', 'id\n', '\ufeffdata: 1\n', '', ' ', 'da'])
    for (const chunks of [
      [encoder.encode(good)],
      [...encoder.encode(good)].map((byte) => Uint8Array.of(byte)),
    ])
      expect(taken(chunks)).toBe(encoder.encode(good).length);
  for (const bad of ['Hello, ', '{"error": ', '<!doctype', '\0\0\0\0\0', 'd\n'])
    for (const chunks of [[encoder.encode(bad)], [...encoder.encode(bad)].map((byte) => Uint8Array.of(byte))])
      expect(() => taken(chunks)).toThrow('no stream of events');
});

test('[PROVIDER-3] I3: what comes at once is handed on in small pieces, and others have turns in between', async () => {
  const bytes = Uint8Array.from({ length: 1024 * 1024 }, (_, place) => place % 251);
  let isOver = false;
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of inTurns(source)) pieces.push(piece);
  isOver = true;
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(16 * 1024);
  expect(turns).toBeGreaterThanOrEqual(pieces.length / 2);
});

test('[PROVIDER-3] I3: who wants no more of a response ends it, whatever is still to be handed on', async () => {
  let ended: unknown;
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(100_000)),
    cancel: (reason) => {
      ended = reason;
    },
  });
  const reader = inTurns(source).getReader();
  expect((await reader.read()).value?.length).toBe(16 * 1024);
  const next = reader.read();
  await reader.cancel('enough');
  expect(await next).toMatchObject({ done: true });
  expect(ended).toBe('enough');
});

type Mutation = { at: number; kind: 'flip' | 'delete' | 'insert' | 'repeat' | 'cut'; value: number };

function mutate(stream: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  const bytes = [...stream];
  for (const { at, kind, value } of mutations) {
    const place = Math.floor(at * bytes.length);
    if (kind === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << (value & 7));
    else if (kind === 'delete') bytes.splice(place, 1 + (value % 9));
    else if (kind === 'insert') bytes.splice(place, 0, value);
    else if (kind === 'repeat') bytes.splice(place, 0, ...bytes.slice(place, place + value));
    else bytes.length = place;
  }
  return Uint8Array.from(bytes);
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 0.9999, noNaN: true }),
  kind: fc.constantFrom('flip', 'delete', 'insert', 'repeat', 'cut'),
  value: fc.integer({ min: 0, max: 255 }),
});

describe('a response that somebody tampered with (I3)', () => {
  test('[PROVIDER-3] I3: any bytes end in an answer or a ProviderError, and the connection with them', async () => {
    const good = encoder.encode(goodStream('small', 'The gate is open. Grüße 🌱', { prompt: 9, answer: 5 }));
    const server = await ModelServer.start('ollama');
    const provider = createOpenProvider([])({ kind: 'ollama', url: server.url, key: undefined });
    let failed = 0;
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(mutation, { maxLength: 4 }),
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
          async (mutations, cuts) => {
            const bytes = mutate(good, mutations);
            const places = [
              0,
              ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b),
              bytes.length,
            ];
            const chunks = places.slice(1).map((place, n) => bytes.subarray(places[n], place));
            server.next({ kind: 'raw', chunks });
            const { end, error } = await collect(provider);
            expect((end === undefined) !== (error === undefined)).toBe(true);
            if (error !== undefined) failed += 1;
            if (mutations.length === 0) expect(error).toBeUndefined();
            await server.drained();
          },
        ),
        { numRuns: 120 },
      );
      // The mutations are not all harmless.
      expect(failed).toBeGreaterThan(10);
    } finally {
      await server.close();
    }
  }, 20_000);
});
