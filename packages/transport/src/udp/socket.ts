/** What the two runtimes' UDP sockets have in common here. */

/** A socket that is bound and talks to anybody. */
export interface DatagramSocket {
  readonly address: string;
  readonly port: number;
  /** Never throws: what the kernel does not take is lost [SOCKET-1]. */
  send(batch: Batch): void;
  /** Does not keep the process alive any more. */
  unref(): void;
  /** Safe to call twice. */
  close(): void;
}

/** Datagrams back to back, three entries each: bytes, port, address. One flat list, since it is made for every tick. */
export type Batch = (Uint8Array | number | string)[];

/** `datagram` is valid during the call. */
export type Received = (datagram: Uint8Array, address: string, port: number) => void;

export interface SocketOptions {
  address: string;
  /** 0 takes a free one. */
  port: number;
  received: Received;
  /** The system says that nobody listens where something was sent to. Only some runtimes tell. */
  refused?: () => void;
}

/** Rejects with the runtime's error. */
export type OpenSocket = (options: SocketOptions) => Promise<DatagramSocket>;

/**
 * Asked of the kernel for each direction. The usual 208 KiB hold less than a hundred datagrams, so a server lost nine of
 * ten when a thousand clients acknowledged at the same moment.
 */
export const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
