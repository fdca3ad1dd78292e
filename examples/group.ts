/**
 * Makes a room, or joins it where it exists, adds people, and shows what is said there until Ctrl+C.
 *
 *   bun examples/group.ts alice p1 tea bob cam
 *
 * against a server started with `npm start -- --demo --data data/demo` on this machine.
 */
import { connect, ErrorCode, type KnownServers, SottoError } from '@sotto/client/node';

const [name = 'alice', password = 'p1', roomName = 'tea', ...people] = process.argv.slice(2);

const forgetful: KnownServers = { get: async () => undefined, set: async () => {} };
const client = await connect({ trust: { kind: 'firstUse', known: forgetful, confirm: async () => true } });
const leave = new AbortController();
process.once('SIGINT', () => leave.abort());

// Before logging in, so that nothing is missed.
const events = client.events(leave.signal);
await client.login({ name, password });

const room = await client.createRoom(roomName).catch((error) => {
  if (error instanceof SottoError && error.code === ErrorCode.NAME_TAKEN) return client.joinRoom(roomName);
  throw error;
});
for (const person of people) await client.addMember(room.number, person);
await client.send(room.number, `${name} is here`);

for await (const event of events) {
  if (event.kind === 'message' && event.message.room.number === room.number) {
    console.log(`[#${room.name}] ${event.message.sender.name}: ${event.message.text ?? '(sealed)'}`);
  }
}
await client.close();
