/**
 * A bot that answers "!roll" with a number from 1 to 6, in every room it is in, and survives restarts of itself and of
 * the server: its session, its place in each room and its unsent answers are kept in ./bot-profile.
 *
 *   bun examples/bot.ts cam p3
 *
 * against a server started with `npm start -- --demo --data data/demo` on this machine.
 */
import { connect, FileKnownServers, openFileStore } from '@sotto/client/node';

const [name = 'cam', password = 'p3'] = process.argv.slice(2);
const store = await openFileStore('bot-profile');
const known = new FileKnownServers('bot-profile/known-servers');
const bot = await connect({ store, trust: { kind: 'firstUse', known, confirm: async () => true } });

const events = bot.events();
if ((await bot.resume()) === undefined) await bot.login({ name, password });
for await (const event of events) {
  if (event.kind !== 'message' || event.message.mine || event.message.text !== '!roll') continue;
  const roll = 1 + Math.floor(6 * Math.random());
  await bot.send(event.message.room.number, `${event.message.sender.name} rolls ${roll}`);
}
