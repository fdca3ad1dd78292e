import { expect, test } from 'bun:test';
import { availableTransports } from './available.ts';
import { ConfigError, type ServedTransport } from './config.ts';

const ALL: readonly ServedTransport[] = ['udp', 'quic', 'tls', 'websocket'];

function choose(hasQuic: boolean, quicIsOptional: boolean, transports = ALL) {
  const warnings: string[] = [];
  const log = { warn: (_: object, message: string) => void warnings.push(message) };
  const chosen = availableTransports({ transports, quicIsOptional }, hasQuic, log);
  return { chosen, warnings };
}

test('T2: where the runtime has QUIC, or nobody wants it, everything is served', () => {
  for (const optional of [true, false]) {
    expect(choose(true, optional)).toEqual({ chosen: ALL, warnings: [] });
    expect(choose(false, optional, ['tls'])).toEqual({ chosen: ['tls'], warnings: [] });
  }
});

test('T2 O3: where it has none the server runs without and says so, unless QUIC was asked for', () => {
  const { chosen, warnings } = choose(false, true);
  expect(chosen).toEqual(['udp', 'tls', 'websocket']);
  expect(warnings).toEqual([expect.stringContaining('no QUIC')]);
  expect(() => choose(false, false)).toThrow(ConfigError);
  expect(() => choose(false, false)).toThrow('leave out --quic-port');
});
