/** Names of kept pages are names of files, whatever the system. */
export const isPageName = (name: unknown): name is string =>
  typeof name === 'string' && /^[a-z]{1,16}(-[0-9]{1,10})?$/.test(name);
