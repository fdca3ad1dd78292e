/** Looking for messages. */
export * from './options.ts';
export * from './search.ts';
