/** Where links of messages lead. */
const SCHEMES = /^(?:https?:\/\/|mailto:)/i;

export const leadsOutside = (url: string): boolean => SCHEMES.test(url);

/** Whether the text says all of where it leads. One that the address only ends with may be that of another site. */
export const saysAddress = (text: string, url: string): boolean =>
  text === url || text === url.replace(SCHEMES, '');
