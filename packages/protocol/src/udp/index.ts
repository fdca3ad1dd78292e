export type { Outgoing } from './connection/assembly.ts';
export { type ConnectionSink, UdpConnection } from './connection/connection.ts';
export type { UdpEnd } from './connection/ending.ts';
export type { UdpEnvironment } from './connection/parts.ts';
export type { PathKey } from './connection/paths.ts';
export type { UdpStats } from './connection/stats.ts';
export * from './constants.ts';
export { resetKey } from './crypto/reset.ts';
export type { UdpCounters } from './endpoint/counters.ts';
export {
  type ConnectOptions,
  type ServerOptions,
  UdpEndpoint,
  type UdpEndpointOptions,
} from './endpoint/endpoint.ts';
export * from './engines.ts';
export { CloseCode, UdpFault } from './fault.ts';
export { LONG_FLAG } from './wire/packet.ts';
