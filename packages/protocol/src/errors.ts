import { create, type DescEnumValue, fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { ErrorCode, ErrorCodeSchema, type ErrorInfo, ErrorInfoSchema, error_info } from '@sotto/schema';

export { ErrorCode };

/** Seven weeks; who is muted for longer is told no more. */
const RETRY_AFTER_MAX_MS = 2 ** 32 - 1;

/**
 * The one error that crosses the protocol: decoders throw it and nothing else on any bytes, handlers throw it to
 * refuse a request, and clients reject with it.
 */
export class SottoError extends Error {
  override readonly name = 'SottoError';
  readonly code: ErrorCode;
  /** The thing and the value at fault, as sent to the peer. */
  readonly detail: string;
  /** When to try again, in whole ms from now, as far as a frame can say it; 0 when unknown or useless. */
  readonly retryAfterMs: number;

  constructor(code: ErrorCode, detail = '', retryAfterMs = 0) {
    super(detail === '' ? errorInfo(code).meaning : `${errorInfo(code).meaning} (${detail})`);
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = Math.min(RETRY_AFTER_MAX_MS, Math.max(0, Math.ceil(retryAfterMs))) || 0;
  }

  get info(): ErrorInfo {
    return errorInfo(this.code);
  }

  /** `LOGIN_FAILED`, for logs and programs. */
  get codeName(): string {
    return ErrorCode[this.code] ?? 'UNSPECIFIED';
  }
}

/** Meaning, remedy and retry hint of a code; of UNSPECIFIED for codes this build does not know. */
export function errorInfo(code: ErrorCode): ErrorInfo {
  const info = infos.get(code) ?? infos.get(ErrorCode.UNSPECIFIED);
  if (info === undefined) throw new Error('the schema has no UNSPECIFIED error code');
  return info;
}

const infos: ReadonlyMap<number, ErrorInfo> = new Map(
  ErrorCodeSchema.values.map((value) => [value.number, infoOf(value)]),
);

/** As the library's `getOption` gives it, without the reflection that pages would have to load with that. */
function infoOf({ proto }: DescEnumValue): ErrorInfo {
  const option = proto.options?.$unknown?.find(({ no }) => no === error_info.number);
  if (option === undefined) return create(ErrorInfoSchema);
  return fromBinary(ErrorInfoSchema, new BinaryReader(option.data).bytes());
}
