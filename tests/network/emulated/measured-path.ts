import { join } from 'node:path';
import type { LineProcess } from './line-process.ts';
import { classOf, type EchoTransport } from './names.ts';
import type { HandshakesOrder, HandshakesResult, Order, RunOrder, RunResult } from './orders.ts';
import { both, type DirectionSettings, EmulatedPath } from './path.ts';

/** An emulated path with our programs at both ends. */
export class MeasuredPath {
  readonly #path: EmulatedPath;
  readonly #near: LineProcess;

  private constructor(path: EmulatedPath, near: LineProcess) {
    this.#path = path;
    this.#near = near;
  }

  /** The same in both directions. */
  static async open(seed: number, settings: DirectionSettings): Promise<MeasuredPath> {
    const path = await EmulatedPath.open(seed, both(settings));
    try {
      const far = path.start('far', join(import.meta.dir, 'far.ts'));
      const near = path.start('near', join(import.meta.dir, 'near.ts'));
      await Promise.all([far.next(), near.next()]);
      return new MeasuredPath(path, near);
    } catch (error) {
      await path.close();
      throw error;
    }
  }

  connect(transports: readonly EchoTransport[]): Promise<void> {
    return this.#ask({ connect: transports });
  }

  run(run: RunOrder): Promise<RunResult> {
    return this.#ask({ run });
  }

  handshakes(handshakes: HandshakesOrder): Promise<HandshakesResult> {
    return this.#ask({ handshakes });
  }

  setLoss(loss: number): Promise<void> {
    return this.#path.set(both({ loss }));
  }

  /** Offered to the path so far, in both directions. */
  packets(transport: EchoTransport): Promise<number> {
    return this.#sum(transport, 'packets');
  }

  /** Of those, what the path lost at random. */
  lost(transport: EchoTransport): Promise<number> {
    return this.#sum(transport, 'lost');
  }

  async #sum(transport: EchoTransport, counter: 'packets' | 'lost'): Promise<number> {
    const { up, down } = await this.#path.counters();
    return [up, down].reduce((sum, classes) => sum + (classes[classOf(transport)]?.[counter] ?? 0), 0);
  }

  #ask<Answer>(order: Order): Promise<Answer> {
    return this.#near.ask<Answer>(order);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#path.close();
  }
}
