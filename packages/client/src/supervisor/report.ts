/** What a client says of its connection: one status at a time, and the history of its paths [RECONNECT-1] [PATH-11]. */
import type { Clock } from '@sotto/protocol';
import type { PathHistory } from '../paths/history.ts';
import type { ConnectionStatus } from '../types.ts';

export interface ReportOptions {
  clock: Clock;
  history: PathHistory;
  onStatus(status: ConnectionStatus): void;
}

export class Report {
  readonly #options: ReportOptions;
  /** Searches since it was online. */
  #searches = 0;
  #said: 'nothing' | 'connecting' | 'online' | 'offline' = 'nothing';
  /** What to tell, should nothing work. */
  #trouble: Error | undefined;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** An attempt was begun while there is no path. */
  connecting(): void {
    if (this.#said === 'connecting') return;
    this.#said = 'connecting';
    this.#searches += 1;
    this.#options.onStatus({ kind: 'connecting', attempt: this.#searches });
  }

  /** The first since it last said anything is the one that counts. */
  failed(error: Error): void {
    this.#trouble ??= error;
  }

  /** The session is on it. */
  entered(transport: string): void {
    this.#options.history.entered(transport, this.#options.clock.now());
  }

  left(why: string): void {
    this.#options.history.left(why, this.#options.clock.now());
  }

  lost(error: Error): void {
    this.#trouble = error;
    this.left(error.message);
  }

  online(transport: string, resumed: boolean): void {
    this.#said = 'online';
    this.#searches = 0;
    this.#trouble = undefined;
    this.#options.onStatus({ kind: 'online', transport, resumed });
  }

  /** The path was silent and is not any more. */
  heard(transport: string): void {
    if (this.#said === 'offline') this.online(transport, true);
  }

  offline(retryAtMs: number): void {
    const reason = this.#trouble?.message ?? 'the server does not answer';
    this.#trouble = undefined;
    this.#said = 'offline';
    this.#options.onStatus({ kind: 'offline', retryAt: new Date(retryAtMs), reason });
  }

  stopped(reason: Error): void {
    this.#options.onStatus({ kind: 'stopped', reason });
  }
}
