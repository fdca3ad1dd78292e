/** The graphical client, as a server serves it, which the page of a relay knows by a mark in its head. */
import type { OpenSite, Site, SiteFile } from '@sotto/server/web';

const MARK = '<meta name="sotto-relay" content="1">';
const HEAD = '<head>';

export const marked =
  (openSite: OpenSite): OpenSite =>
  async (options) => {
    const { files } = await openSite(options);
    const page = files.get('/');
    return { files: page === undefined ? files : new Map([...files, ['/', withMark(page)]]) } satisfies Site;
  };

function withMark(page: SiteFile): SiteFile {
  const html = new TextDecoder().decode(page.body).replace(HEAD, `${HEAD}\n${MARK}`);
  const body = new TextEncoder().encode(html);
  return { ...page, body, gzip: undefined, digest: `${page.digest}-relay` };
}
