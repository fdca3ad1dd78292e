/** Why a connection ends, on the wire [END-2]. */
export const CloseCode = {
  done: 0,
  internal: 1,
  malformed: 2,
  credit: 3,
  violation: 4,
  keyLimit: 5,
  handshake: 6,
  overflow: 7,
  refused: 8,
  aborted: 9,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** The one error of this folder: decoders throw it and nothing else on any bytes; the connection closes with its code. */
export class UdpFault extends Error {
  override readonly name = 'UdpFault';
  readonly code: CloseCode;

  constructor(code: CloseCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const malformed = (message: string): UdpFault => new UdpFault(CloseCode.malformed, message);
