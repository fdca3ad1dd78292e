/** Frames to messages and back, by the version the connection agreed on (T8). */
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { ErrorCode } from '@sotto/schema';
import { SottoError } from './errors.ts';
import { bodyOf, encodeFrame, type Lane } from './frame.ts';
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
  const body = toBinary(
    definition.schema,
    create(definition.schema, fields as MessageInitShape<DescMessage>),
  );
  return encodeFrame({ version, type: definition.type, lane: laneOfFrame(name, fields), requestId }, body);
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
