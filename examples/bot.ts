/**
 * A bot that answers "!roll" with a number from 1 to 6, in a thread below the question, in every room it is in. It logs in
 * with an API token that may read and write and nothing else, and survives restarts of itself and of the server: its session,
 * its place in each room and its unsent answers are kept in ./bot-profile.
 *
 *   bun examples/bot.ts sotto_...
 *
 * against a server started with `npm start -- --demo --data data/demo` on this machine. `/token create bot read write` in the
 * client of whoever the bot is to be gives the token; without one the bot is cam, by password.
 */
import { connect, FileKnownServers, openFileStore } from '@sotto/client/node';

const [token] = process.argv.slice(2);
const store = await openFileStore('bot-profile');
const known = new FileKnownServers('bot-profile/known-servers');
const bot = await connect({ store, trust: { kind: 'firstUse', known, confirm: async () => true } });

const events = bot.events();
if ((await bot.resume()) === undefined) {
  if (token === undefined) await bot.login({ name: 'cam', password: 'p3' });
  else await bot.loginWithToken(token);
}
for await (const event of events) {
  if (event.kind !== 'message' || event.message.mine || event.message.text !== '!roll') continue;
  const { room, sender, sequence, thread = sequence } = event.message;
  const roll = 1 + Math.floor(6 * Math.random());
  await bot.send(room.number, `@${sender.name} rolls ${roll}`, { thread, replyTo: sequence });
}
