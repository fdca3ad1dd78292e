/** What tests and benchmarks need of how the client is built. */
import { join } from 'node:path';

export { PAYLOADS } from '../src/testing/hostile-texts.ts';
export { type Build, buildClient } from './build.ts';
export { FIRST_LOAD_MAX_BYTES, type Sized, type Sizes, sizesOf } from './sizes.ts';

/** Programs that show parts of the client by themselves. */
export const galleryPage = (name: 'markdown' | 'emoji'): string =>
  join(import.meta.dir, `../src/testing/${name}-page.tsx`);
