/** For tests of every package; never imported by what ships. */

export * from '../udp/testing/inside.ts';
export * from '../udp/testing/tls.ts';
export * from './clock.ts';
export * from './mutate.ts';
export * from './queue.ts';
