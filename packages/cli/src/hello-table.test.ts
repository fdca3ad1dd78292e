import { describe, expect, test } from 'bun:test';
import { DialError, type HelloReport } from '@sotto/client';
import { type Answer, comparisonLines, comparisonWarnings } from './hello-table.ts';

const REPORT: HelloReport = {
  transport: 'udp',
  port: 20_001,
  server: 'sotto/0.1.0',
  protocolVersion: 1,
  roundTripMs: 21.254,
  medianRoundTripMs: 22.5,
  handshakeMs: 45.04,
  path: { roundTripMs: 22, loss: 0.015, windowBytes: 36_000 },
  tlsProtocol: 'TLSv1.3',
  cipher: 'AES-256-GCM',
  group: 'X25519MLKEM768',
  fingerprint: 'SHA256:AA',
  registration: 'open',
};
const reached = (report: Partial<HelloReport> & { transport: string }): Answer => {
  const { path: _, ...plain } = REPORT;
  const whole = report.transport === 'udp' ? { ...REPORT, ...report } : { ...plain, ...report };
  return { transport: report.transport, port: whole.port, report: whole, identity: 'new' };
};
const UDP = reached({ transport: 'udp' });
const TLS = reached({ transport: 'tls', port: 5_000, group: '', cipher: 'TLS_AES_128_GCM_SHA256' });
const SILENT: Answer = {
  transport: 'quic',
  port: 4_433,
  error: new DialError('timeout', 'server:4433 did not answer within 5 s'),
};

describe('hello --all (T15)', () => {
  test('T15: one aligned row a transport, a reason where it is not reached, and once what is the same', () => {
    const nowhere = { transport: 'websocket', port: 0, error: new Error('not offered\u001b[2J') };
    expect(comparisonLines([UDP, SILENT, TLS, nowhere])).toEqual([
      'transport  port   reachable  handshake  round trip        loss   group           cipher',
      'udp        20001  yes        45.0 ms    21.25 / 22.50 ms  1.5 %  X25519MLKEM768  AES-256-GCM',
      'quic       4433   no         server:4433 did not answer within 5 s',
      'tls        5000   yes        45.0 ms    21.25 / 22.50 ms  -      -               TLS_AES_128_GCM_SHA256',
      'websocket  -      no         not offered␛[2J',
      '',
      'server        sotto/0.1.0, protocol 1',
      'fingerprint   SHA256:AA',
      'identity      new here',
      'registration  open',
    ]);
    expect(comparisonWarnings([UDP, SILENT, TLS])).toEqual([]);
  });

  test('T15: where nobody answers there is nothing more to say', () => {
    expect(comparisonLines([SILENT])).toHaveLength(2);
    expect(comparisonWarnings([SILENT])).toEqual([]);
  });

  test('T15 T18: transports that show different identities are a warning; one that hides its own is not', () => {
    const other = reached({ transport: 'tls', fingerprint: 'SHA256:BB' });
    expect(comparisonWarnings([UDP, other, SILENT])).toEqual([
      expect.stringContaining('WARNING'),
      '  udp  SHA256:AA',
      '  tls  SHA256:BB',
    ]);
    expect(comparisonLines([UDP, other])).toContain('fingerprint   SHA256:AA; SHA256:BB');
    expect(comparisonWarnings([UDP, reached({ transport: 'websocket', fingerprint: '' })])).toEqual([]);
  });
});
