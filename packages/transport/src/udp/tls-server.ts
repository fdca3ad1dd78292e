import { createSecureContext, TLSSocket, type TLSSocketOptions } from 'node:tls';
import { ALPN } from '@sotto/protocol';
import type { StartTls } from '@sotto/protocol/udp';
import type { TlsIdentity } from '../contract.ts';
import { runTls, type TlsSide } from './tls.ts';

/** TLS of a server: every handshake shares what the identity costs to read, and the key of session tickets. */
export function serverTls(identity: Pick<TlsIdentity, 'certificate' | 'privateKey'>): StartTls {
  const secureContext = createSecureContext({
    cert: identity.certificate,
    key: identity.privateKey,
    minVersion: 'TLSv1.3',
  });
  const options: TLSSocketOptions = { isServer: true, secureContext, ALPNProtocols: [ALPN] };
  const side: TlsSide = {
    open: (records) => new TLSSocket(records, options),
    completion: 'secure',
    givesTickets: true,
    check: ({ alpnProtocol }) => {
      if (alpnProtocol !== ALPN) throw new Error(`the client does not speak ${ALPN}`);
    },
  };
  return (events) => runTls(side, events);
}
