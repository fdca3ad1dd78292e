/** Files that messages offer, as callers see them. What others claim is passed on as it is. */
import type { OfferedFile } from '@sotto/model';
import { toHex } from '../hex.ts';
import type { FileInfo } from '../types.ts';

export function toFileInfo(file: OfferedFile, answer: FileInfo['answer']): FileInfo {
  return { ...file, sha256: toHex(file.sha256), answer };
}
