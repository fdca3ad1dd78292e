export { contentPolicy, type HeaderOptions, REPORTS_PATH, safetyHeaders } from './headers.ts';
export type { OpenSite, Site, SiteFile } from './site.ts';
export { Web, type WebOptions } from './web.ts';
