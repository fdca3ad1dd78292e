/** What a request takes of the allowances [LIMIT-1]. */
import { LOBBY, type RoomNumber, SUBSCRIPTIONS_MAX } from '@sotto/model';
import type { Request } from '@sotto/protocol';

export type Cost =
  /** Appends events, or entries to an audit log: this many, of so many bytes; `room` where it is said in one. */
  | { kind: 'messages'; messages: number; bytes: number; room: RoomNumber | undefined }
  /** Worth so many of the usual ones. */
  | { kind: 'request'; requests: number }
  /** Answered by nothing, so there is nothing to refuse; bounded where it is carried out. */
  | { kind: 'free' };

/** What looks through much that is not the asker's keeps a thread busy for as long as many other requests together. */
const FINDING_REQUESTS = 10;
/** Erasing takes as long as storing several. */
const DELETION_MESSAGES = 4;
/** Whose unread messages are counted for what a usual request costs. */
const ROOMS_A_REQUEST = 25;
/** Reads what was said, for a prompt; looks for each word of a question, and for all of them. */
const ASSISTANT_REQUESTS = 10;
const ASSISTANT_SEARCH_REQUESTS = 9 * FINDING_REQUESTS;
/** Makes a row that is durable, and a file on disk. */
const UPLOAD_REQUESTS = 5;
/** Looks for the message, its room and its file, each time. */
const DOWNLOAD_REQUESTS = 2;
const ONE: Extract<Cost, { kind: 'messages' }> = { kind: 'messages', messages: 1, bytes: 0, room: undefined };

export function costOf(request: Request): Cost {
  switch (request.name) {
    case 'sendMessage': {
      const { content, room } = request.message;
      return { kind: 'messages', messages: 1, bytes: content.length, room: counted(room) };
    }
    case 'sendDirect': {
      const { content, recipients } = request.message;
      const messages = Math.max(1, recipients.length);
      return { kind: 'messages', messages, bytes: messages * content.length, room: undefined };
    }
    case 'changeMessage': {
      const { change, room } = request.message;
      const bytes = change.case === 'edit' ? change.value.length : 0;
      const messages = change.case === 'delete' ? DELETION_MESSAGES : 1;
      return { kind: 'messages', messages, bytes, room: counted(room) };
    }
    case 'setSetting': {
      const setting = request.message.setting?.setting;
      const bytes = setting?.case === 'draft' ? Buffer.byteLength(setting.value.text) : 0;
      return { ...ONE, bytes };
    }
    case 'setProfile':
    case 'createRoom':
    case 'openDirect':
    case 'joinRoom':
    case 'leaveRoom':
    case 'addMember':
    case 'inviteMember':
    case 'declineInvitation':
    case 'changeRoom':
    case 'changeMember':
    case 'createRoomInvite':
    case 'revokeRoomInvite':
    case 'administerUser':
    case 'recoverAccount':
    case 'createInvite':
    case 'revokeInvite':
      return ONE;
    case 'acknowledge':
    case 'typing':
    case 'fileData':
    case 'fileProgress':
    case 'endTransfer':
      return { kind: 'free' };
    case 'startUpload':
      return { kind: 'request', requests: UPLOAD_REQUESTS };
    case 'startDownload':
    case 'createFileLink':
      return { kind: 'request', requests: DOWNLOAD_REQUESTS };
    case 'askAssistant': {
      const isSearch = request.message.task.case === 'search';
      return { kind: 'request', requests: isSearch ? ASSISTANT_SEARCH_REQUESTS : ASSISTANT_REQUESTS };
    }
    case 'searchMessages':
    case 'readMentions':
    case 'listAccounts':
    case 'listServerRooms':
    case 'readHealth':
      return { kind: 'request', requests: FINDING_REQUESTS };
    case 'readUnread': {
      // None stands for all.
      const rooms = request.message.streams.length || SUBSCRIPTIONS_MAX;
      return { kind: 'request', requests: Math.ceil(rooms / ROOMS_A_REQUEST) };
    }
    default:
      return { kind: 'request', requests: 1 };
  }
}

/** Everybody writes in the lobby: what all of them may write there at once is not one allowance [ROOM-3]. */
const counted = (room: number): RoomNumber | undefined => (room === LOBBY ? undefined : (room as RoomNumber));
