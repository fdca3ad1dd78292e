import { chunks, packets, parameters, varints } from './codec.ts';
import type { Json } from './json.ts';
import { keySchedule, packetProtection, resets, retries } from './keys.ts';

/** The files of `vectors/udp`, by name. */
export const VECTORS: Readonly<Record<string, () => Json>> = {
  'key-schedule.json': keySchedule,
  'packet-protection.json': packetProtection,
  'retry.json': retries,
  'reset.json': resets,
  'varints.json': varints,
  'packets.json': packets,
  'chunks.json': chunks,
  'parameters.json': parameters,
};

const [repository] = import.meta.url.split('/packages/');
export const VECTORS_FOLDER = new URL(`${repository}/vectors/udp/`);
