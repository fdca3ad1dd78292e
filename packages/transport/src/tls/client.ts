import { ALPN, EXPORTER_BYTES, EXPORTER_LABEL, exporterBinding } from '@sotto/protocol';
import type { Dial } from '../contract.ts';
import { StreamConnection } from '../stream/connection.ts';
import { systemLoop } from '../stream/loop.ts';
import { notSotto } from './certificate.ts';
import { withSecureSocket } from './secure-socket.ts';
import { SocketChannel, securityOf } from './socket-channel.ts';

/** Connects over TLS 1.3 with ALPN `sotto/1`, on Bun and Node.js [TLS-1] [TLS-2]. */
export const dialTls: Dial = (options) =>
  withSecureSocket({ ...options, alpn: ALPN }, ({ socket, certificateSha256 }) => {
    if (socket.alpnProtocol !== ALPN) throw notSotto(options, ALPN);
    const exported = socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
    const channel = new SocketChannel(socket, {
      binding: exporterBinding(new Uint8Array(exported)),
      security: securityOf(socket, certificateSha256),
    });
    const connection = new StreamConnection('tls', channel, systemLoop);
    connection.start(options.events);
    channel.drive(connection, (bytes) => connection.receive(bytes));
    return connection;
  });
