import { createHash } from 'node:crypto';
import type { Hasher } from './environment.ts';

/** That of Bun and Node.js, in the processor's own instructions. */
export const systemHasher = (): Hasher => createHash('sha256');
