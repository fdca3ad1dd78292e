import { lookup } from 'node:dns/promises';
import { type Connection, DialError, type DialOptions } from './contract.ts';
import { calledOff, interruption, type Limited } from './dial-limit.ts';
import { inTurn } from './in-turn.ts';
import { dialError } from './tls/dial-error.ts';

export type DialWithinOptions = DialOptions & Limited;

/** Dials the host's addresses in the order that the system recommends, within one time limit. Throws DialError. */
export async function dialAddresses(
  options: DialWithinOptions,
  attempt: (address: string, signal: AbortSignal) => Promise<Connection>,
): Promise<Connection> {
  if (options.signal?.aborted) throw calledOff(options);
  const attempts = new AbortController();
  const deadline = interruption(options);
  const steps = async () => {
    const addresses = await lookup(options.host, { all: true });
    const attemptAt = ({ address }: { address: string }, signal: AbortSignal) => attempt(address, signal);
    return inTurn(addresses, attemptAt, attempts.signal, (late) => late.abort());
  };
  try {
    return await Promise.race([steps(), deadline.interrupted]);
  } catch (error) {
    attempts.abort();
    throw error instanceof DialError ? error : dialError(options, error);
  } finally {
    deadline.stop();
  }
}
