/** What the near side is told to do, and what it answers. */
import type { EchoTransport } from './names.ts';

export interface EchoOrder {
  transports: readonly EchoTransport[];
  messages: number;
  intervalMs: number;
  /** How long to wait after the last one for what has not come back. */
  patienceMs: number;
}

export interface EchoResult {
  /** From sending to having it back, in the order of sending; one that did not come counts with what it was waited for. */
  delaysMs: number[];
  /** From sending to having it and all before it back: what a chat can show. */
  inOrderMs: number[];
  missing: number;
  /** That came back after one sent later. */
  overtaken: number;
}

export interface DownloadOrder {
  transports: readonly EchoTransport[];
  bytes: number;
  /** Counts what came by then instead of waiting for the end. */
  forMs?: number;
}

export interface DownloadResult {
  bytes: number;
  ms: number;
}

export interface RunOrder {
  echo?: EchoOrder;
  download?: DownloadOrder;
}

export type ByTransport<Value> = Partial<Record<EchoTransport, Value>>;

export interface RunResult {
  echo: ByTransport<EchoResult>;
  download: ByTransport<DownloadResult>;
}

export interface HandshakesOrder {
  transport: EchoTransport;
  count: number;
}

export interface HandshakesResult {
  /** Of those that succeeded. */
  timesMs: number[];
  failures: string[];
}

export type Order =
  | { connect: readonly EchoTransport[] }
  | { run: RunOrder }
  | { handshakes: HandshakesOrder };
