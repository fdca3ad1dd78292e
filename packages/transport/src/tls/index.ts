export { dialTls } from './client.ts';
export { type ReadGroupOptions, readTlsGroup } from './read-group.ts';
export { type ListenTlsOptions, listenTls } from './server.ts';
