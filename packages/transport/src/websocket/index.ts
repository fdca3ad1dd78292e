export { dialWebSocket } from './client.ts';
export { type ListenWebSocketOptions, listenWebSocket } from './server.ts';
