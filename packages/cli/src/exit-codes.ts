/** The command's exit codes. docs/commands.md lists them; a test compares. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'Done; also when left by Ctrl+C, SIGTERM or a closed terminal.' },
  failed: { code: 1, meaning: 'Something failed; in a pipe also when a line of `chat` came to nothing.' },
  usage: { code: 2, meaning: 'The command line or a setting is wrong; nothing was done.' },
  cannotConnect: { code: 3, meaning: 'The server cannot be reached.' },
  loginRefused: { code: 4, meaning: 'The server refused the login, the session or the registration.' },
  identityChanged: { code: 5, meaning: "The server's identity has changed; nothing was sent." },
  cannotListen: { code: 6, meaning: 'A port is in use, or this machine does not have the address.' },
  notTrusted: { code: 7, meaning: "The server's identity was not accepted; nothing was sent." },
  interrupted: { code: 130, meaning: 'A second Ctrl+C or SIGTERM cut the leaving short.' },
} as const;

export type ExitName = keyof typeof EXIT_CODES;
