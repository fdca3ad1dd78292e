export { dialQuic } from './dial.ts';
export { type ListenQuicOptions, listenQuic, type QuicListener } from './listen.ts';
export { isQuicAvailable } from './runtime.ts';
