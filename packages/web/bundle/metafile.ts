/** What the bundler tells of what it made: which outputs load which. */

/** As outputs are named in URLs: `./main-abc.js` and `main-abc.js` are the same. */
export const shortName = (path: string): string => path.replace(/^\.?\/(?:assets\/)?/, '');

/** The output itself, then all that static imports reach from it, each once. */
export function reachable(metafile: Bun.BuildMetafile, from: string): string[] {
  const outputs = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [shortName(path), output]),
  );
  const found = [from];
  for (const name of found) {
    for (const { kind, path } of outputs.get(name)?.imports ?? []) {
      const target = shortName(path);
      if (kind === 'import-statement' && outputs.has(target) && !found.includes(target)) found.push(target);
    }
  }
  return found;
}

/** The outputs that hold something of the library, by its name in node_modules. */
export function outputsWith(metafile: Bun.BuildMetafile, library: string): string[] {
  return Object.entries(metafile.outputs)
    .filter(([, { inputs }]) => Object.keys(inputs).some((path) => path.includes(`node_modules/${library}/`)))
    .map(([path]) => shortName(path));
}
