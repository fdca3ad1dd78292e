/** A client to be killed. Arguments: its directory, the server's TLS port, how many messages to send to everyone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, openFileStore } from '@sotto/client/node';

/** Messages that the client's files hold: what a new process will find. */
function written(): number {
  const texts = readdirSync(home).map((name) => readFileSync(join(home, name), 'latin1'));
  return new Set(texts.join('\n').match(/kept \d+/g)).size;
}

const [home = '', port = '', count = '0'] = process.argv.slice(2);
const store = await openFileStore(home);
const client = await connect({
  server: `127.0.0.1:${port}`,
  transport: 'tls',
  trust: {
    kind: 'firstUse',
    known: { get: async () => undefined, set: async () => {} },
    confirm: async () => true,
  },
  store,
});
void client.resume().then(() => console.log('online'));
for (let index = 0; index < Number(count); index++)
  void client.send(1 as never, `kept ${index}`).catch(() => {});
while (written() < Number(count)) await Bun.sleep(10);
console.log(`kept ${count}`);
if (count === '0') {
  await client.flushed();
  if (client.status.kind === 'online') console.log('flushed');
}
setInterval(() => {
  if (count === '0' && client.outboxSize === 0 && client.status.kind === 'online') console.log('flushed');
}, 50);
