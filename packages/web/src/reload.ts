/** Loads the page again, once what was written in the last moments has been told or kept. */

/** A server that does not answer holds nobody up: what it was to hear is kept on the device. */
const PATIENCE_MS = 2_000;

let tell: () => Promise<void> = async () => {};

export function beforeReload(run: () => Promise<void>): void {
  tell = run;
}

export function reload(): void {
  const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
  void Promise.race([tell().catch(() => {}), late]).then(() => location.reload());
}
