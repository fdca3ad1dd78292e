/** Under which the relay answers its page: all of it needs the cookie of this launch [RELAY-3]. */
export const RELAY_PATH = '/relay/v1';
/** What is kept for the window, and its key [RELAY-6]. */
export const KEEPER_PATH = `${RELAY_PATH}/keeper`;
/** `?port=`: of the server, where that transport listens. */
export const dialPath = (transport: string, port: number): string =>
  `${RELAY_PATH}/dial/${transport}?port=${port}`;
