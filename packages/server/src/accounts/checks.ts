/** Checks of fields that come from the peer. Each throws SottoError naming the field. */
import { type NameReading, readName, type UserUuid } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

export function needLength(field: string, value: Uint8Array, length: number): void {
  if (value.length === length) return;
  throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${field} has ${value.length} bytes, not ${length}`);
}

export function needName(text: string): NameReading & { kind: 'valid' } {
  const reading = readName(text);
  if (reading.kind === 'invalid') throw new SottoError(ErrorCode.NAME_INVALID, reading.reason);
  return reading;
}

/** Text for lists of devices: short, one line, nothing that a terminal would act on. */
export function needLabel(field: string, text: string, maxBytes: number): void {
  if (Buffer.byteLength(text) > maxBytes) {
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${field} is longer than ${maxBytes} bytes`);
  }
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text)) {
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${field} has control characters`);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** No name is a UUID: UUIDs have 36 characters. */
export function asUuid(text: string): UserUuid | undefined {
  const lowerCase = text.toLowerCase();
  return UUID.test(lowerCase) ? (lowerCase as UserUuid) : undefined;
}
