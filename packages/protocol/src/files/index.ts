export * from './flight-window.ts';
export * from './incoming-transfer.ts';
export * from './outgoing-transfer.ts';
export * from './turns.ts';
