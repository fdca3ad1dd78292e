const MAPPED_PREFIX = '::ffff:';

/** An IPv4 peer of a socket that listens on both families, in its own form. */
export const plainAddress = (address: string): string =>
  address.startsWith(MAPPED_PREFIX) && address.includes('.') ? address.slice(MAPPED_PREFIX.length) : address;
