import { describe, expect, test } from 'bun:test';
import { nativeRoutes, nativeTransports } from './native-routes.ts';

const ANYWHERE = { host: 'server', port: undefined };
const transports = (...parameters: Parameters<typeof nativeRoutes>) =>
  nativeRoutes(...parameters).map(({ transport, port }) => `${transport} ${port}`);

describe('the ways to a server (T17)', () => {
  test('[PATH-1] best first, each on its own port or all on the one that was given', () => {
    const own = ['udp 20001', 'quic 4433', 'tls 5000', 'websocket 8443'];
    expect(transports(ANYWHERE, 'auto', undefined)).toEqual(own);
    const one = ['udp 7', 'quic 7', 'tls 7', 'websocket 7'];
    expect(transports({ host: 'server', port: 7 }, 'auto', undefined)).toEqual(one);
    expect(transports(ANYWHERE, 'quic', undefined)).toEqual(['quic 4433']);
  });

  test('[PATH-1] what the runtime does not have is not tried, and an error where it was asked for', () => {
    const withoutQuic = nativeTransports(false);
    expect(withoutQuic).toEqual(['udp', 'tls', 'websocket']);
    const own = ['udp 20001', 'tls 5000', 'websocket 8443'];
    expect(transports(ANYWHERE, 'auto', undefined, withoutQuic)).toEqual(own);
    expect(() => transports(ANYWHERE, 'quic', undefined, withoutQuic)).toThrow(
      'this runtime has no quic; use udp, tls, websocket or auto',
    );
  });
});
