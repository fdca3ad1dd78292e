/**
 * Runs on Node.js: a person with a profile on disk, who first registers, and the next time goes on with the session.
 * Arguments: transport, port, fingerprint, directory of the profile, name, the text that ends the visit. Prints a report.
 */
import { connect, hello, openFileStore, parseFingerprint, type TrustPolicy } from '@sotto/client/node';

const [choice, port, fingerprint = '', directory = '', name = '', last] = process.argv.slice(2);
const transport = choice === 'tls' || choice === 'udp' ? choice : 'websocket';
const server = `127.0.0.1:${port}`;
const sha256 = parseFingerprint(fingerprint);
if (sha256 === undefined) throw new Error(`${fingerprint} is no fingerprint`);
const trust: TrustPolicy = { kind: 'pin', sha256 };

const seen = await hello({ server, transport });
const stranger: TrustPolicy = { kind: 'pin', sha256: new Uint8Array(32) };
const refusal = await hello({ server, transport, trust: stranger }).catch((error) => error.name);

const client = await connect({ server, transport, trust, store: await openFileStore(directory) });
const events = client.events();
const resumed = await client.resume();
if (resumed === undefined) {
  const account = { name, password: 'correct horse' };
  await client.register(account);
  await client.login(account);
  await client.joinRoom('tea');
}
const sent = await client.send('tea', `${name} is here`);

const heard: (string | undefined)[] = [];
for await (const event of events) {
  if (event.kind === 'message') heard.push(event.message.text);
  if (heard.at(-1) === last) break;
}
await client.close();
console.log(
  JSON.stringify({
    fingerprint: seen.fingerprint,
    transport: seen.transport,
    tls: seen.tlsProtocol,
    refusal,
    resumed: resumed?.name ?? null,
    sent: sent.kind,
    heard,
  }),
);
