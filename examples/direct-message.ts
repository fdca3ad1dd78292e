/**
 * Sends one message to one person and says what became of it.
 *
 *   bun examples/direct-message.ts alice p1 bob "hello"
 *
 * against a server started with `npm start -- --demo --data data/demo` on this machine. With Node.js 24 or later, `node` runs it as well.
 * A server on another machine has its fingerprint checked: see `trust` in packages/client/src/trust.ts.
 */
import { connect, type KnownServers } from '@sotto/client/node';

const [name = 'alice', password = 'p1', recipient = 'bob', text = 'hello'] = process.argv.slice(2);

// The demo server runs on loopback and makes its identity itself; elsewhere, pin it or keep what was seen in a file.
const forgetful: KnownServers = { get: async () => undefined, set: async () => {} };
const client = await connect({ trust: { kind: 'firstUse', known: forgetful, confirm: async () => true } });

await client.login({ name, password });
const { outcomes } = await client.sendDirect([recipient], text);
for (const outcome of outcomes) console.log(`${outcome.recipient}: ${outcome.delivery}`);
await client.close();
