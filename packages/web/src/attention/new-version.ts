/** Whether the server has another client by now than the one that runs here. */

const PROGRAM = 'script[type=module][src]';
const PAGE = '/';

/** False also where that cannot be told: then there is nothing to tell anybody. */
export async function isNewVersionThere(): Promise<boolean> {
  const own = document.querySelector(PROGRAM)?.getAttribute('src');
  if (own === null || own === undefined) return false;
  try {
    const answer = await fetch(PAGE, { cache: 'no-cache', credentials: 'same-origin' });
    const page = await answer.text();
    // A network that asks people to log in answers with a page of its own.
    return answer.ok && page.includes('"/assets/') && !page.includes(`"${own}"`);
  } catch {
    return false;
  }
}
