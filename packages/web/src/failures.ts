/** What people are told of a part that failed: what happened, what was kept, what to do. */

/** Browsers say it each in their own words. */
const MISSING =
  /dynamically imported module|importing a module script|error loading dynamically|unable to preload/i;

export function failureWords(error: unknown): { title: string; text: string } {
  const said = error instanceof Error ? error.message : String(error);
  if (MISSING.test(said))
    return {
      title: 'A part of Sotto did not come',
      text: 'Either the server has a newer version by now, or it cannot be reached. What you wrote is kept: reload to go on.',
    };
  return {
    title: 'Something went wrong here',
    text: `It is a mistake of ours. What you wrote is kept: reload to go on. Whoever runs the server may want to know this: ${said.slice(0, 200)}`,
  };
}
