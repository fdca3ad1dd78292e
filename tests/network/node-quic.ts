/** Run by Node.js, which has no QUIC: prints what its transport says. */
import { dialQuic, isQuicAvailable, listenQuic } from '@sotto/transport/quic';

const outcome = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'nothing',
    ({ name, reason, message }: Error & { reason: string }) => ({ name, reason, message }),
  );
const accept = (): never => {
  throw new Error('nobody can come');
};
const identity = { certificate: '', privateKey: '', certificateSha256: new Uint8Array(0) };

const dialled = await outcome(dialQuic({ host: '127.0.0.1', port: 4433, verify: () => {}, events: accept }));
const listened = await outcome(listenQuic({ hostname: '127.0.0.1', port: 4433, identity, accept }));
console.log(JSON.stringify({ isAvailable: isQuicAvailable(), dialled, listened }));
