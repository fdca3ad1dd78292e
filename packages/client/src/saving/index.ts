export { LocalFileError, type LocalFileReason } from './errors.ts';
export { fileSource, type LocalFile } from './file-source.ts';
export { downloadDirectory, type SavedFile, type SaveFileOptions, saveFile } from './save-file.ts';
