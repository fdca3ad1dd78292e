/**
 * Asks the assistant of the server in a room, and prints the answer while it is written.
 *
 *   bun examples/ask.ts alice p1 lobby "What is a tide?"
 *
 * against a server started with `npm start -- --demo --data data/demo` on this machine, with SOTTO_AI_... in its `.env`.
 */
import { connect, type KnownServers } from '@sotto/client/node';

const [name = 'alice', password = 'p1', room = 'lobby', question = 'Hello?', server] = process.argv.slice(2);
const forgetful: KnownServers = { get: async () => undefined, set: async () => {} };
const trust = { kind: 'firstUse', known: forgetful, confirm: async () => true } as const;
const client = await connect(server === undefined ? { trust } : { server, trust });
const events = client.events();
await client.login({ name, password });
const { room: where, sequence } = await client.assistants.ask(room, question);
let shown = '';
const print = (text: string) => {
  // The message may differ: what would mention somebody has a backslash there.
  process.stdout.write(text.startsWith(shown) ? text.slice(shown.length) : `\n${text}`);
  shown = text;
};
for await (const event of events) {
  // What it came to: the message in the room.
  const { text, sender, replyTo, room } = event.kind === 'message' ? event.message : {};
  if (room?.number === where && replyTo === sequence && sender?.assistant) print(text ?? '');
  if (event.kind !== 'answer' || event.answer.room?.number !== where || event.answer.question !== sequence)
    continue;
  const { state } = event.answer;
  if (state.kind === 'writing') print(state.text);
  else if (state.kind === 'failed') print(state.error.message);
  if (state.kind !== 'waiting' && state.kind !== 'writing') break;
}
console.log();
await client.close();
