/** The graphical client, as a server serves it; the page of a relay knows that it is one by a mark in its head. */
import { createHash } from 'node:crypto';
import type { OpenSite, Site, SiteFile } from '@sotto/server/web';

const MARK = '<meta name="sotto-relay" content="1">';
const HEAD = '<head>';

/** `choices`: letters that mean nothing in HTML. */
export const marked =
  (openSite: OpenSite, choices = ''): OpenSite =>
  async (options) => {
    const { files } = await openSite(options);
    const page = files.get('/');
    return {
      files: page === undefined ? files : new Map([...files, ['/', withMark(page, choices)]]),
    } satisfies Site;
  };

function withMark(page: SiteFile, choices: string): SiteFile {
  const html = new TextDecoder()
    .decode(page.body)
    .replace(HEAD, `${HEAD}\n${MARK}\n<meta name="sotto-choices" content="${choices}">`);
  const body = new TextEncoder().encode(html);
  return { ...page, body, gzip: undefined, digest: digestOf(body) };
}

const digestOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('base64url');
