import type { AccountRequest } from '@sotto/app/commands';
import { DONE, type Outcome, type Scene, said } from '../scene.ts';
import { personLabel, personMeant, roomMeant } from './meant.ts';

export async function performAccount(scene: Scene, request: AccountRequest): Promise<Outcome> {
  const { store, open } = scene;
  const { account } = store.client;
  const { settings } = account;
  switch (request.kind) {
    case 'who':
      open({ kind: 'switcher' });
      return DONE;
    case 'profile':
      if (request.user === undefined) open({ kind: 'account' });
      else scene.showPerson(await personMeant(scene, request.user));
      return DONE;
    case 'setProfile': {
      const { changes, statusLastsMs: ms } = request;
      const statusUntil = ms === undefined ? undefined : new Date(Date.now() + ms);
      await account.setProfile('statusText' in changes ? { ...changes, statusUntil } : changes);
      return said('That is how others see you now.');
    }
    case 'block':
      await settings.block(request.user);
      return said(`What ${personLabel(request.user)} writes is hidden.`);
    case 'unblock':
      await settings.unblock(request.user);
      return said(`${personLabel(request.user)} is not blocked.`);
    case 'blocked':
      open({ kind: 'account' });
      return DONE;
    case 'showDoNotDisturb':
      return said(silenceWords(settings.doNotDisturbUntil));
    case 'doNotDisturb': {
      const { lastsMs } = request;
      const until = lastsMs === undefined ? undefined : new Date(Date.now() + lastsMs);
      await settings.setDoNotDisturb(until);
      return said(silenceWords(until));
    }
    case 'notify': {
      const { number } = roomMeant(scene, request.of);
      if (request.level !== undefined) await settings.setNotificationLevel(number, request.level);
      return said(LEVELS[request.level ?? settings.notificationLevel(number)]);
    }
  }
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const silenceWords = (until: Date | undefined): string =>
  until === undefined ? 'Do not disturb is off.' : `Nothing rings until ${moment.format(until)}.`;

const LEVELS = {
  default: 'This room rings as rooms do.',
  all: 'Every message here rings.',
  mentions: 'Only mentions ring here.',
  nothing: 'Nothing rings here.',
} as const;
