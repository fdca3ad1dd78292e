/** A manager that a test tells everything by hand. What it asks for is read as words: `dial udp`, `adopt quic`, `wait 6000`. */
import { seededRandom } from '@sotto/protocol/testing';
import type { AttemptId, FailureKind, PathCommand } from '../commands.ts';
import { PathManager } from '../manager.ts';
import { NetworkMemory } from '../memory.ts';

const ALL = ['udp', 'quic', 'tls', 'websocket'];
const BEGIN_MS = 1_700_000_000_000;

export class ByHand {
  readonly memory: NetworkMemory;
  readonly manager: PathManager;
  readonly #names = new Map<AttemptId, string>();
  /** The one dialled last, by transport. */
  readonly #attempts = new Map<string, AttemptId>();
  #now = BEGIN_MS;

  constructor(transports: readonly string[] = ALL, memory = new NetworkMemory([])) {
    this.memory = memory;
    this.manager = new PathManager({ transports, random: seededRandom(1), memory, network: 'home' });
  }

  get used(): string | undefined {
    return this.manager.used?.transport;
  }

  get now(): number {
    return this.#now;
  }

  /** From now; Infinity where it waits for nothing. */
  get deadlineMs(): number {
    return this.manager.deadline - this.#now;
  }

  start(): string[] {
    return this.#words(this.manager.start(this.#now));
  }

  startOn(transport: string): void {
    this.#name(this.manager.startOn(transport, this.#now), transport);
  }

  offered(...transports: string[]): string[] {
    return this.#words(this.manager.offered(transports, this.#now));
  }

  opened(transport: string): string[] {
    return this.#words(this.manager.opened(this.#of(transport), this.#now));
  }

  failed(transport: string, kind: FailureKind = 'unreachable'): string[] {
    return this.#words(this.manager.failed(this.#of(transport), kind, this.#now));
  }

  adopted(transport: string): string[] {
    return this.#words(this.manager.adopted(this.#of(transport), this.#now));
  }

  rejected(transport: string): string[] {
    return this.#words(this.manager.rejected(this.#of(transport), this.#now));
  }

  /** The path that is used. */
  ended(retryAfterMs = 0): string[] {
    const { used } = this.manager;
    if (used === undefined) throw new Error('no path is used');
    return this.#words(this.manager.ended(used.attempt, retryAfterMs, this.#now));
  }

  silent(): string[] {
    return this.#words(this.manager.silent(this.#now));
  }

  heard(): string[] {
    return this.#words(this.manager.heard(this.#now));
  }

  choose(transport?: string): string[] {
    return this.#words(this.manager.choose(transport, this.#now));
  }

  network(name: string): string[] {
    return this.#words(this.manager.networkChanged(name, this.#now));
  }

  stop(): string[] {
    return this.#words(this.manager.stop());
  }

  /** Lets time pass; the words say after how long. */
  pass(ms: number): string[] {
    const from = this.#now;
    const until = from + ms;
    const words: string[] = [];
    while (this.manager.deadline <= until) {
      this.#now = Math.max(this.#now, this.manager.deadline);
      words.push(
        ...this.#words(this.manager.advance(this.#now)).map((word) => `${this.#now - from}: ${word}`),
      );
    }
    this.#now = until;
    return words;
  }

  /** From the dial to the session. */
  moveTo(transport: string): string[] {
    return [...this.opened(transport), ...this.adopted(transport)];
  }

  #of(transport: string): AttemptId {
    const attempt = this.#attempts.get(transport);
    if (attempt === undefined) throw new Error(`${transport} was not dialled`);
    return attempt;
  }

  #name(attempt: AttemptId, transport: string): void {
    this.#names.set(attempt, transport);
    this.#attempts.set(transport, attempt);
  }

  #words(commands: readonly PathCommand[]): string[] {
    return commands.map((command) => {
      if (command.kind === 'dial') this.#name(command.attempt, command.transport);
      if (command.kind === 'ask') return 'ask';
      if (command.kind === 'wait') return 'wait';
      return `${command.kind} ${this.#names.get(command.attempt)}`;
    });
  }
}
