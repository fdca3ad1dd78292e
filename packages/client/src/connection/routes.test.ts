import { describe, expect, test } from 'bun:test';
import type { Endpoint } from '@sotto/schema';
import type { Route } from '../environment.ts';
import { Routes } from './routes.ts';

const TRANSPORTS = ['udp', 'quic', 'tls', 'websocket'];

function routesOf(): { routes: Routes; used: Route; ports: () => number[] } {
  const dial: Route['dial'] = () => Promise.reject(new Error('not here'));
  const routes = new Routes(TRANSPORTS.map((transport) => ({ transport, host: 'server', port: 1, dial })));
  return { routes, used: routes.over('websocket'), ports: () => routes.all.map(({ port }) => port) };
}

const named = (ports: Record<string, number>): Endpoint[] =>
  Object.entries(ports).map(([transport, port]) => ({ transport, port }) as Endpoint);

describe('what a server says of its endpoints (T17)', () => {
  test('[PATH-1] the ports of others are those that it names, and only those are tried beside the one that works', () => {
    const { routes, used, ports } = routesOf();
    expect(routes.learn(named({ udp: 7, tls: 9, websocket: 11 }), used)).toEqual(['udp', 'tls', 'websocket']);
    expect(ports()).toEqual([7, 1, 9, 1]);
  });

  test('[PATH-1] a list that leaves out the transport over which it came does not end that one', () => {
    const { routes, used } = routesOf();
    expect(routes.learn(named({ udp: 7 }), used)).toEqual(['udp', 'websocket']);
  });

  test('[PATH-1] a list that names nothing of ours says nothing', () => {
    const { routes, used, ports } = routesOf();
    expect(routes.learn(named({ pigeon: 7, __proto__: 9 }), used)).toEqual([]);
    expect(routes.learn([], used)).toEqual([]);
    expect(ports()).toEqual([1, 1, 1, 1]);
  });

  test('[LINK-1] the web address has the port of WebSocket: the one that worked, else the one that is named', () => {
    const { routes } = routesOf();
    expect(routes.webAddress).toBeUndefined();
    routes.learn(named({ udp: 7 }), routes.over('tls'));
    expect(routes.webAddress).toBeUndefined();
    routes.learn(named({ udp: 7, websocket: 11 }), routes.over('tls'));
    expect(routes.webAddress).toBe('https://server:11');
    routes.learn(named({ websocket: 12 }), routes.over('websocket'));
    expect(routes.webAddress).toBe('https://server:11');
    routes.learn(named({ websocket: 12 }), { ...routes.over('tls'), host: '::1' });
    expect(routes.webAddress).toBe('https://[::1]:11');
  });

  test('[PATH-1] T3: what is no port is not dialled, and thousands of names add no route', () => {
    const { routes, used, ports } = routesOf();
    const many = Array.from(
      { length: 5_000 },
      (_, index) => ({ transport: `x${index}`, port: index }) as Endpoint,
    );
    const learnt = routes.learn([...many, ...named({ udp: 0, quic: 70_000, tls: 9 })], used);
    expect(learnt).toEqual(['udp', 'quic', 'tls', 'websocket']);
    expect(ports()).toEqual([1, 1, 9, 1]);
  });
});
