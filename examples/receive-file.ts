/**
 * Saves every file that others offer from now on, in ./downloads, until Ctrl+C.
 *
 *   bun examples/receive-file.ts bob p2
 *
 * against a server started with `npm start -- --demo --data data/demo` on this machine.
 */
import { connect, downloadDirectory, type KnownServers, saveFile } from '@sotto/client/node';

const [name = 'bob', password = 'p2', home = '.', server] = process.argv.slice(2);
const forgetful: KnownServers = { get: async () => undefined, set: async () => {} };
const trust = { kind: 'firstUse', known: forgetful, confirm: async () => true } as const;
const client = await connect(server === undefined ? { trust } : { server, trust });
const events = client.events();
console.log(`${(await client.login({ name, password })).name} waits for files`);
for await (const event of events) {
  if (event.kind !== 'message' || event.message.mine || event.message.file === undefined) continue;
  const { room, sequence, sender } = event.message;
  if (room.kind === 'direct') await client.acceptFile(room.number, sequence);
  const saved = await saveFile(client, room.number, sequence, { directory: downloadDirectory(home, sender) });
  console.log(`saved ${saved.path}`);
}
