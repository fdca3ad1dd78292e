/** A client that follows the lobby over whatever works. Arguments: its directory, a port of the server. Prints what it reads. */
import { connect, openFileStore } from '@sotto/client/node';

const [home = '', port = ''] = process.argv.slice(2);
const client = await connect({
  server: `127.0.0.1:${port}`,
  trust: {
    kind: 'firstUse',
    known: { get: async () => undefined, set: async () => {} },
    confirm: async () => true,
  },
  store: await openFileStore(home),
});
const events = client.events();
client.resume().catch((error) => console.log(`stopped: ${error}`));
for await (const event of events) {
  if (event.kind === 'message') console.log(`read ${event.message.text}`);
  if (event.kind === 'connection' && event.state.kind === 'online')
    console.log(`online ${event.state.transport}`);
}
