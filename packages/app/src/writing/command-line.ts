/** Which texts are commands, before anything is known of those there are. */

/** A command, but no path and no address: "/kick bob", not "/home/bob"; two slashes say one. */
const COMMAND_LINE = /^\/[a-z-]*(?=\s|$)/i;

export const isCommandLine = (text: string): boolean => COMMAND_LINE.test(text);

/** What is said by a text that is no command: of two slashes at its beginning one. */
export const textMeant = (text: string): string => (text.startsWith('//') ? text.slice(1) : text);
