import type { ModerationRequest } from '@sotto/app/commands';
import { DONE, type Outcome, type Scene, said } from '../scene.ts';
import { personLabel, roomLabel } from './meant.ts';

/** What is done to somebody stands in the conversation where it was done; elsewhere it is said. */
export async function performOrder(scene: Scene, request: ModerationRequest): Promise<Outcome> {
  const { store, room: here, open } = scene;
  const { moderation } = store.client;
  const room = request.room ?? here.number;
  if (request.kind === 'sanctions' || request.kind === 'audit') {
    open({ kind: 'about', room: here.number, tab: 'order' });
    return DONE;
  }
  const { user } = request;
  const tell = (words: string): Outcome => (request.room === undefined ? DONE : said(words));
  const who = personLabel(user);
  const where = request.room === undefined ? 'this room' : roomLabel(request.room);
  switch (request.kind) {
    case 'kick':
      await (request.reason === ''
        ? moderation.kick(room, user)
        : moderation.kick(room, user, request.reason));
      return tell(`${who} was put out of ${where}.`);
    case 'ban':
    case 'mute': {
      const { kind, reason, lastsMs } = request;
      const until = lastsMs === undefined ? undefined : new Date(Date.now() + lastsMs);
      await moderation[kind](room, user, {
        ...(reason === '' ? {} : { reason }),
        ...(until === undefined ? {} : { until }),
      });
      const what = kind === 'ban' ? `is banned from ${where}` : `is muted in ${where}`;
      return tell(`${who} ${what} ${until === undefined ? 'for ever' : `until ${moment.format(until)}`}.`);
    }
    case 'unban':
      await moderation.unban(room, user);
      return tell(`${who} may come into ${where} again.`);
    case 'unmute':
      await moderation.unmute(room, user);
      return tell(`${who} may write in ${where} again.`);
    case 'role':
      await moderation.setRole(room, user, request.role);
      return tell(`${who} is ${request.role} of ${where} now.`);
  }
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
