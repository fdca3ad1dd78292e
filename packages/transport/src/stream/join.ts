import type { LaneScheduler } from '@sotto/protocol';

/** Runs shorter than this are joined into one write; longer ones are written as they are, without a copy. */
const JOIN_MAX_BYTES = 16 * 1024;

/** The next bytes to write: one run as it was handed in, or several short ones joined. */
export function joinRuns(lanes: LaneScheduler): Uint8Array | undefined {
  const first = lanes.next(0);
  if (first === undefined) return undefined;
  const runs = [first];
  let length = first.length;
  while (length < JOIN_MAX_BYTES) {
    const run = lanes.next(length, JOIN_MAX_BYTES - length);
    if (run === undefined) break;
    runs.push(run);
    length += run.length;
  }
  if (runs.length === 1) return first;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const run of runs) {
    joined.set(run, offset);
    offset += run.length;
  }
  return joined;
}
