/** What a session that was begun with an API token may ask for: each request needs one scope [TOKEN-4]. Asked in one place, in `gateway.ts`. */
import { type HandledName, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Scope } from '../accounts/tokens.ts';

/** 'any': whatever its scopes. 'password': none suffices, the session must rest on a password. */
type Need = Scope | 'any' | 'password';

const NEEDS: Readonly<Record<HandledName, Need>> = {
  registerStart: 'any',
  registerFinish: 'any',
  loginStart: 'any',
  loginFinish: 'any',
  loginSecondFactor: 'any',
  loginToken: 'any',
  resume: 'any',
  logout: 'any',
  statusRequest: 'any',

  subscribe: 'read',
  unsubscribe: 'any',
  readHistory: 'read',
  acknowledge: 'read',
  readReceipts: 'read',
  readThread: 'read',
  readRevisions: 'read',
  readPins: 'read',
  readReactions: 'read',
  readMentions: 'read',
  searchMessages: 'read',
  readUnread: 'read',
  listRooms: 'read',
  readRoom: 'read',
  readMembership: 'read',
  listMembers: 'read',
  listInvitations: 'read',
  readRoster: 'read',
  watchPresence: 'read',
  lookUpUsers: 'read',
  readProfiles: 'read',

  sendMessage: 'write',
  sendDirect: 'write',
  openDirect: 'write',
  changeMessage: 'write',
  typing: 'write',

  startUpload: 'write',
  finishUpload: 'write',
  startDownload: 'read',
  createFileLink: 'read',
  readFileUsage: 'read',
  fileData: 'any',
  fileProgress: 'any',
  endTransfer: 'any',

  listAssistants: 'read',
  // What they answer is what was said.
  askAssistant: 'read',
  watchAnswers: 'read',
  stopAnswer: 'write',

  createRoom: 'rooms',
  joinRoom: 'rooms',
  leaveRoom: 'rooms',
  addMember: 'rooms',
  inviteMember: 'rooms',
  declineInvitation: 'rooms',

  changeRoom: 'moderate',
  changeMember: 'moderate',
  listSanctions: 'moderate',
  createRoomInvite: 'moderate',
  listRoomInvites: 'moderate',
  revokeRoomInvite: 'moderate',
  readAudit: 'moderate',

  setProfile: 'profile',
  setSetting: 'profile',
  readSettings: 'profile',

  listDevices: 'password',
  renameDevice: 'password',
  revokeDevice: 'password',
  proveStart: 'password',
  proveFinish: 'password',
  setPasswordStart: 'password',
  setPasswordFinish: 'password',
  readSecurity: 'password',
  enrolSecondFactor: 'password',
  confirmSecondFactor: 'password',
  disableSecondFactor: 'password',
  createToken: 'password',
  listTokens: 'password',
  revokeToken: 'password',
  deleteAccount: 'password',
  administerUser: 'password',
  readLimited: 'password',
  listAccounts: 'password',
  readAccount: 'password',
  recoverAccount: 'password',
  createInvite: 'password',
  listInvites: 'password',
  revokeInvite: 'password',
  listServerRooms: 'password',
  readHealth: 'password',
};

/** `scopes` undefined: a password stands behind the session. */
export function needScope(name: HandledName, scopes: readonly string[] | undefined): void {
  const need = NEEDS[name];
  if (scopes === undefined || need === 'any' || scopes.includes(need)) return;
  const detail = need === 'password' ? 'needs a session with a password' : need;
  throw new SottoError(ErrorCode.SCOPE_MISSING, detail);
}
