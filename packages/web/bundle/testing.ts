/** What tests and benchmarks need of how the client is built. */
export { type Build, buildClient } from './build.ts';
export { FIRST_LOAD_MAX_BYTES, type Sized, type Sizes, sizesOf } from './sizes.ts';
