export { dialUdp } from './dial.ts';
export { type ListenUdpOptions, listenUdp, type UdpListener } from './listen.ts';
