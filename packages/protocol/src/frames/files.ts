/** Files (file.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { laneOfTransfer } from '../frame.ts';
import { frame, LOGGED_IN } from './definition.ts';

export const filesFrames = {
  startUpload: frame(FrameType.START_UPLOAD, schema.StartUploadSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'uploadStarted',
  }),
  uploadStarted: frame(FrameType.UPLOAD_STARTED, schema.UploadStartedSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  finishUpload: frame(FrameType.FINISH_UPLOAD, schema.FinishUploadSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  startDownload: frame(FrameType.START_DOWNLOAD, schema.StartDownloadSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'downloadStarted',
  }),
  downloadStarted: frame(FrameType.DOWNLOAD_STARTED, schema.DownloadStartedSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  fileData: frame(FrameType.FILE_DATA, schema.FileDataSchema, {
    from: 'either',
    states: LOGGED_IN,
    laneOf: ({ transfer }: { transfer?: number }) => laneOfTransfer(transfer ?? 0),
  }),
  fileProgress: frame(FrameType.FILE_PROGRESS, schema.FileProgressSchema, {
    from: 'either',
    states: LOGGED_IN,
  }),
  endTransfer: frame(FrameType.END_TRANSFER, schema.EndTransferSchema, { from: 'either', states: LOGGED_IN }),
  createFileLink: frame(FrameType.CREATE_FILE_LINK, schema.CreateFileLinkSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'fileLink',
  }),
  fileLink: frame(FrameType.FILE_LINK, schema.FileLinkSchema, { from: 'server', states: LOGGED_IN }),
  readFileUsage: frame(FrameType.READ_FILE_USAGE, schema.ReadFileUsageSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'fileUsage',
  }),
  fileUsage: frame(FrameType.FILE_USAGE, schema.FileUsageSchema, { from: 'server', states: LOGGED_IN }),
} as const;
