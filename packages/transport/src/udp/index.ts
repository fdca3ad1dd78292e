export { dialUdp } from './dial.ts';
export { type ListenUdpOptions, listenUdp } from './listen.ts';
