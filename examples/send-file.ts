/**
 * Sends a file into a room, and says how far it is.
 *
 *   bun examples/send-file.ts alice p1 lobby README.md
 *
 * against a server started with `npm start -- --demo --data data/demo` on this machine. Started again, it goes on where it was.
 */
import { connect, fileSource, type KnownServers, type TransferProgress } from '@sotto/client/node';

const [name = 'alice', password = 'p1', room = 'lobby', path = 'README.md', server] = process.argv.slice(2);

const forgetful: KnownServers = { get: async () => undefined, set: async () => {} };
const trust = { kind: 'firstUse', known: forgetful, confirm: async () => true } as const;
const client = await connect(server === undefined ? { trust } : { server, trust });
await client.login({ name, password });

const { blob, ...details } = await fileSource(path);
const onProgress = ({ phase, doneBytes, totalBytes }: TransferProgress) =>
  console.log(`${phase}: ${doneBytes} of ${totalBytes} bytes`);
const { sequence } = await client.sendFile(room, blob, { ...details, onProgress });
console.log(`offered in message ${sequence} of ${room}`);
await client.close();
