import { bodyOf, encodeFrame, HEADER_BYTES, type Lane, readHeader } from '@sotto/protocol';
import { seeded } from '@sotto/protocol/testing';

export type Side = 'client' | 'server';

/** Which frame of which lane of which side of which connection. */
export interface FrameName {
  talk: number;
  side: Side;
  lane: Lane;
  index: number;
}

const PATTERN_BYTES = 64 * 1024;
const PATTERN = (() => {
  const number = seeded(7);
  return Uint8Array.from({ length: PATTERN_BYTES }, () => number(256));
})();

/** Types of frames, so that a frame that strays between lanes or as a datagram is noticed. */
const RELIABLE = 1;
const UNRELIABLE = 2;

const UNRELIABLE_MAX_BYTES = 1_000;

/** Every frame differs from every other one, and its receiver can tell what it must be. */
export const reliableFrame = (name: FrameName): Uint8Array => frame(name, RELIABLE, reliableBytes(name));

export const unreliableFrame = (name: FrameName): Uint8Array =>
  frame(name, UNRELIABLE, mix(name) % UNRELIABLE_MAX_BYTES);

/** Chat is short, now and then not; files are long. */
function reliableBytes(name: FrameName): number {
  const draw = mix(name);
  const kind = (draw >>> 20) % 16;
  if (name.lane > 1) return draw % 40_000;
  return kind === 0 ? draw % 4_000 : draw % 300;
}

function frame(name: FrameName, type: number, bytes: number): Uint8Array {
  const start = mix(name) % (PATTERN_BYTES - 40_000);
  return encodeFrame(
    { version: name.talk & 0xff, type, lane: name.lane, requestId: name.index },
    PATTERN.subarray(start, start + bytes),
  );
}

/** What is wrong with `bytes`, which should be the reliable frame `name`; undefined when nothing is. */
export function problemOf(bytes: Uint8Array, name: FrameName): string | undefined {
  return difference(bytes, reliableFrame(name));
}

/** The index of an unreliable frame, or what is wrong with it. */
export function unreliableIndex(bytes: Uint8Array, name: Omit<FrameName, 'index'>): number | string {
  if (bytes.length < HEADER_BYTES) return `a datagram of ${bytes.length} bytes`;
  const index = readHeader(bytes).requestId;
  return difference(bytes, unreliableFrame({ ...name, index })) ?? index;
}

function difference(bytes: Uint8Array, expected: Uint8Array): string | undefined {
  if (bytes.length === expected.length && Buffer.compare(bytes, expected) === 0) return undefined;
  if (bytes.length < HEADER_BYTES) return `${bytes.length} bytes are no frame`;
  const { version, type, lane, requestId } = readHeader(bytes);
  const wanted = readHeader(expected);
  return (
    `frame ${requestId} of lane ${lane}, type ${type}, connection ${version}, ${bodyOf(bytes).length} bytes; expected ` +
    `frame ${wanted.requestId} of lane ${wanted.lane}, type ${wanted.type}, connection ${wanted.version}, ${wanted.bodyLength} bytes`
  );
}

function mix({ talk, side, lane, index }: FrameName): number {
  let mixed = Math.imul(talk + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  mixed ^= Math.imul(lane + (side === 'client' ? 1 : 1_001), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
