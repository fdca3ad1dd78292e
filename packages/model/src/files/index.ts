export { numberedName, SAFE_NAME_MAX_BYTES, safeFileName } from './file-name.ts';
export { safeFolderName } from './folder-name.ts';
export { formatBytes } from './format-bytes.ts';
export * from './offer.ts';
export { type PictureHead, readPictureHead } from './picture.ts';
