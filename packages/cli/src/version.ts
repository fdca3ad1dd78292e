import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
/** How this program names itself to servers. */
export const AGENT = `sotto-line/${VERSION}`;
