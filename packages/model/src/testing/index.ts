/** What tests of other packages use of the model's. */
export { HOSTILE_FILE_NAMES } from './hostile-file-names.ts';
export * from './pictures.ts';
