/** Lets a defect of whoever was called end the program, instead of vanishing in the driver that called. */
export function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
