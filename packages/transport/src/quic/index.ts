export { dialQuic } from './dial.ts';
export { type ListenQuicOptions, listenQuic } from './listen.ts';
export { isQuicAvailable } from './runtime.ts';
