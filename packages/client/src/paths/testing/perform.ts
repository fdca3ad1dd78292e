import type { PathCommand } from '../commands.ts';
import type { PathManager } from '../manager.ts';
import type { Input } from './facts.ts';

/** Tells the manager. */
export function perform(manager: PathManager, input: Input, now: number): PathCommand[] {
  switch (input.kind) {
    case 'start':
    case 'silent':
    case 'heard':
    case 'advance':
      return manager[input.kind](now);
    case 'stop':
      return manager.stop();
    case 'startOn':
      throw new Error('that is not told by a line');
    case 'offered':
      return manager.offered(input.transports, now);
    case 'network':
      return manager.networkChanged(input.network, now);
    case 'choose':
      return manager.choose(input.transport, now);
    case 'opened':
    case 'adopted':
    case 'rejected':
      return manager[input.kind](input.attempt, now);
    case 'failed':
      return manager.failed(input.attempt, input.failure, now);
    case 'ended':
      return manager.ended(input.attempt, input.retryAfterMs, now);
  }
}
