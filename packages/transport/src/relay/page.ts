/** What a page behind the relay imports. */
export type { TrustProblem } from './control.ts';
export { dialRelay, type RelayDoor } from './dial.ts';
export { KEEPER_PATH } from './paths.ts';
