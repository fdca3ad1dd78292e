import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { HandlersOf } from './types.ts';

const toCome = (): never => {
  throw new SottoError(ErrorCode.FILE_GONE);
};

export function fileHandlers(): HandlersOf<
  | 'startUpload'
  | 'finishUpload'
  | 'startDownload'
  | 'fileData'
  | 'fileProgress'
  | 'endTransfer'
  | 'createFileLink'
  | 'readFileUsage'
> {
  return {
    startUpload: async () => toCome(),
    finishUpload: async () => toCome(),
    startDownload: async () => toCome(),
    fileData: async () => undefined,
    fileProgress: async () => undefined,
    endTransfer: async () => undefined,
    createFileLink: async () => toCome(),
    readFileUsage: async () => toCome(),
  };
}
