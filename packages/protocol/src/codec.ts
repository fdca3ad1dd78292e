/** Frames to messages and back, by the version the connection agreed on (T8). */
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ErrorCode } from '@sotto/schema';
import { SottoError } from './errors.ts';
import { bodyOf, encodeFrame, HEADER_BYTES, type Lane, writeHeader } from './frame.ts';
import { type FrameMessage, type FrameName, frames } from './registry.ts';

/** The fields of a frame's message, as `create` takes them. */
export type FrameFields<Name extends FrameName> = MessageInitShape<(typeof frames)[Name]['schema']>;

/** The whole frame of `name`. Every version so far has the same bodies; one that differs gets its own branch here. */
export function encode<Name extends FrameName>(
  version: number,
  name: Name,
  requestId: number,
  fields: FrameFields<Name>,
): Uint8Array {
  const definition: { type: number; schema: DescMessage } = frames[name];
  const lane = laneOfFrame(name, fields);
  if (name === 'fileData') return encodeFileData(version, lane, requestId, fields as FrameFields<'fileData'>);
  const body = toBinary(
    definition.schema,
    create(definition.schema, fields as MessageInitShape<DescMessage>),
  );
  return encodeFrame({ version, type: definition.type, lane, requestId }, body);
}

/** As every other frame, but the bytes of the file are copied once: servers with many transfers make little else [TRANSFER-7]. */
function encodeFileData(
  version: number,
  lane: Lane,
  requestId: number,
  { transfer = 0, offset = 0, data, chunkSha256 }: FrameFields<'fileData'>,
): Uint8Array {
  const writer = new BinaryWriter().raw(new Uint8Array(HEADER_BYTES));
  if (transfer !== 0) writer.tag(1, WireType.Varint).uint32(transfer);
  if (!Object.is(offset, 0)) writer.tag(2, WireType.Bit64).double(offset);
  if (data !== undefined && data.length > 0) writer.tag(3, WireType.LengthDelimited).bytes(data);
  if (chunkSha256 !== undefined && chunkSha256.length > 0)
    writer.tag(4, WireType.LengthDelimited).bytes(chunkSha256);
  const frame = writer.finish();
  writeHeader(frame, { version, type: frames.fileData.type, lane, requestId });
  return frame;
}

/** On which lane it travels. */
export function laneOfFrame<Name extends FrameName>(name: Name, fields: FrameFields<Name>): Lane {
  const { lane, laneOf }: { lane: Lane; laneOf?: (message: never) => Lane } = frames[name];
  return laneOf?.(fields as never) ?? lane;
}

/** The message in `frame`, whose type is that of `name`. Throws SottoError MALFORMED_FRAME on any bytes that are none. */
export function decode<Name extends FrameName>(name: Name, frame: Uint8Array): FrameMessage<Name> {
  return decodeMessage(frames[name].schema, bodyOf(frame), name) as FrameMessage<Name>;
}

/** The message in `bytes`; throws SottoError MALFORMED_FRAME naming `what`. */
export function decodeMessage<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array, what: string) {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch {
    throw new SottoError(ErrorCode.MALFORMED_FRAME, what);
  }
}

/** The bytes of a message that travels inside another one. */
export function encodeMessage<Schema extends DescMessage>(
  schema: Schema,
  fields: MessageInitShape<Schema>,
): Uint8Array {
  return toBinary(schema, create(schema, fields));
}
