/** What the relay process is made of; its page imports `dial.ts` alone. */
export { Bridge, type BridgeOptions, type FrameFilter } from './bridge.ts';
export type { TrustProblem } from './control.ts';
export { dialPath, KEEPER_PATH, RELAY_PATH } from './paths.ts';
