/** A model world for path managers, with its judges: for the long simulations in tests/. */
export type { Condition } from './lines.ts';
export type { Fate } from './session-server.ts';
export { TRANSPORTS, World, type WorldOptions } from './world.ts';
