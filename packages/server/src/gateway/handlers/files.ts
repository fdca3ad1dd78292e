/** Uploads, downloads and links (F1-F4); what they do is in `files/`. */
import type { RoomNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { TransferDesk } from '../../files/desk.ts';
import type { FileParts } from '../../files/parts.ts';
import type { ClientConnection } from '../connection.ts';
import type { HandlersOf } from './types.ts';

type FileFrames =
  | 'startUpload'
  | 'finishUpload'
  | 'startDownload'
  | 'fileData'
  | 'fileProgress'
  | 'endTransfer'
  | 'createFileLink'
  | 'readFileUsage';

/** `files` undefined: this server keeps none. */
export function fileHandlers(files: FileParts | undefined): HandlersOf<FileFrames> {
  const present = (): FileParts => {
    if (files === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'this server keeps no files');
    return files;
  };
  const deskOf = (connection: ClientConnection): TransferDesk =>
    connection.transferDesk(() => present().transfers);

  return {
    startUpload: async (connection, message) => deskOf(connection).startUpload(message),

    async finishUpload(connection, message) {
      await deskOf(connection).finishUpload(message);
      return {};
    },

    async startDownload(connection, message, afterAnswer) {
      const desk = deskOf(connection);
      const started = await desk.startDownload(message);
      afterAnswer(() => desk.started(message.transfer));
      return started;
    },

    // Without a desk nothing was ever started: what is said of it means nothing.
    async fileData({ transfers }, message) {
      transfers?.data(message);
      return undefined;
    },

    async fileProgress({ transfers }, message) {
      transfers?.progress(message);
      return undefined;
    },

    async endTransfer({ transfers }, message) {
      transfers?.end(message);
      return undefined;
    },

    createFileLink: async ({ principal }, { room, sequence }) =>
      present().links.create(principal.user, room as RoomNumber, sequence),

    readFileUsage: async ({ principal }) => present().usage(principal.user.number),
  };
}
