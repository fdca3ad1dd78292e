export * from './flight-window.ts';
export * from './incoming-transfer.ts';
export * from './outgoing-transfer.ts';
export * from './turns.ts';
export { WINDOW_LEAST_BYTES, WINDOW_MOST_BYTES } from './window-control.ts';
