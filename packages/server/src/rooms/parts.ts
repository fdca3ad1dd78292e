/** Puts together what does things to rooms and their members. */
import { readName, type UserNumber } from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { EventLog } from '../events/log.ts';
import { Audit } from './audit.ts';
import { RoomChanges } from './changes.ts';
import { RoomDesk } from './desk.ts';
import { DirectRooms } from './direct.ts';
import type { RoomDirectory } from './directory.ts';
import { Entrance } from './entrance.ts';
import { RoomFinder } from './finder.ts';
import { Invitations } from './invitations.ts';
import { MembershipLimit } from './membership-limit.ts';
import { Moderation } from './moderation.ts';
import { Rooms } from './rooms.ts';
import { ServerRooms } from './server-rooms.ts';
import { Settings } from './settings.ts';
import type { RoomStore, UnreadStore } from './store.ts';
import type { UserDirectory } from './users.ts';

export interface RoomPartsOptions {
  store: RoomStore;
  unread: UnreadStore;
  directory: RoomDirectory;
  users: Pick<UserDirectory, 'byNumbers'>;
  /** Whether somebody may bring another into rooms: the other may have blocked them. */
  mayInvite: (by: UserNumber, user: UserNumber) => Promise<boolean>;
  log: EventLog;
  clock: Clock;
  random: Random;
}

export function createRoomParts({ store, unread, ...given }: RoomPartsOptions) {
  const { directory, log, clock, random } = given;
  const changes = new RoomChanges(clock, random);
  const limit = new MembershipLimit(store, given.users);
  const desk = new RoomDesk(directory, log);
  const finder = new RoomFinder({ store, directory, clock, parseName });
  const shared = { ...given, store, parseName, changes, limit, desk, finder };
  const entrance = new Entrance(shared);
  return {
    rooms: new Rooms({ ...shared, entrance, messages: unread }),
    settings: new Settings(shared),
    moderation: new Moderation(shared),
    invitations: new Invitations(shared),
    audit: new Audit(shared),
    serverRooms: new ServerRooms(store),
    direct: new DirectRooms(shared),
  };
}

function parseName(text: string): { name: string; key: string } {
  const reading = readName(text);
  if (reading.kind === 'invalid') throw new SottoError(ErrorCode.NAME_INVALID, reading.reason);
  return reading;
}
