/** An address that has not answered by then is not waited for alone any more (RFC 8305 section 5). */
const HEAD_START_MS = 250;

/**
 * Tries addresses in order, each with a head start over the next, and gives the first that succeeds; the others are
 * called off, and what they come to all the same is for `discard`. Rejects with what the first one failed with, when all
 * have.
 */
export async function inTurn<Address, Result>(
  addresses: readonly Address[],
  attempt: (address: Address, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
  discard: (late: Result) => void = () => {},
): Promise<Result> {
  // It may have been called off while the addresses were looked up.
  signal.throwIfAborted();
  const controllers: AbortController[] = [];
  const failures: unknown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  const startNext = (): void => {
    clearTimeout(timer);
    const index = controllers.length;
    const address = addresses[index];
    if (address === undefined) return;
    const controller = new AbortController();
    controllers.push(controller);
    if (index + 1 < addresses.length) timer = setTimeout(startNext, HEAD_START_MS);
    attempt(address, controller.signal).then(
      (result) => (isOver ? discard(result) : finish(() => resolve(result), controller)),
      (error) => {
        if (isOver) return;
        failures[index] = error;
        const failed = Object.keys(failures).length;
        if (failed === addresses.length) reject(failures[0]);
        else if (failed === controllers.length) startNext();
      },
    );
  };
  const finish = (settle: () => void, winner?: AbortController): void => {
    isOver = true;
    clearTimeout(timer);
    for (const controller of controllers) if (controller !== winner) controller.abort();
    settle();
  };
  const onAbort = () => finish(() => reject(signal.reason));
  signal.addEventListener('abort', onAbort, { once: true });
  startNext();
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}
