import { expect, test } from 'bun:test';
import { checkAvailable } from './connection-options.ts';
import { UsageError } from './errors.ts';

test('[PATH-1] O2: a transport that this runtime does not have is a clear mistake', () => {
  const withoutQuic = ['udp', 'tls', 'websocket'] as const;
  expect(() => checkAvailable('quic', withoutQuic)).toThrow(UsageError);
  expect(() => checkAvailable('quic', withoutQuic)).toThrow('use one of auto, udp, tls, websocket');
  for (const transport of ['auto', ...withoutQuic] as const)
    expect(() => checkAvailable(transport, withoutQuic)).not.toThrow();
});
