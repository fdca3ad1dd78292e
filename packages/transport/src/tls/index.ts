export { dialTls } from './client.ts';
export { type ListenTlsOptions, listenTls } from './server.ts';
