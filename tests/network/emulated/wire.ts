/** What near and far say to each other, in frames whose types mean this here alone. */
import { encodeFrame, type Lane, readHeader } from '@sotto/protocol';

/** Comes back as it is. */
export const ECHO = 1;
/** Asks for as many bytes as its request id says, in frames of DATA on the same lane. */
export const DOWNLOAD = 2;
export const DATA = 3;
/** Body of one frame of a download: what a file's chunk has in a chat. */
const DATA_BYTES = 16 * 1024;
const MESSAGE = new Uint8Array(200).fill(0x6d);

export const dataBytes = (frame: Uint8Array): number => readHeader(frame).bodyLength;

export const dataFrame = (lane: Lane, bytesLeft: number): Uint8Array =>
  encodeFrame(
    { version: 1, type: DATA, lane, requestId: 0 },
    new Uint8Array(Math.min(DATA_BYTES, bytesLeft)),
  );

export const downloadFrame = (lane: Lane, bytes: number): Uint8Array =>
  encodeFrame({ version: 1, type: DOWNLOAD, lane, requestId: bytes }, new Uint8Array(0));

export const echoFrame = (lane: Lane, index: number): Uint8Array =>
  encodeFrame({ version: 1, type: ECHO, lane, requestId: index }, MESSAGE);
