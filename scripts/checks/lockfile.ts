import type { Check, Problem } from './check.ts';

const LOCKFILE = 'package-lock.json';

type Locked = {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
};

/**
 * What `npm ci` needs on every machine: the platform packages of all platforms (npm leaves out those that a registry
 * did not offer, and then refuses its own lock file elsewhere), no registry's address, and exact versions of our own choice.
 */
export function lockfileProblems(text: string): Problem[] {
  const packages = (JSON.parse(text) as { packages: Record<string, Locked> }).packages;
  const lineOf = (needle: string) =>
    Math.max(1, text.split('\n').findIndex((line) => line.includes(needle)) + 1);
  const problem = (needle: string, message: string, remedy: string): Problem => ({
    file: LOCKFILE,
    line: lineOf(needle),
    message,
    remedy,
  });

  return Object.entries(packages).flatMap(([place, locked]) => {
    const missing = Object.keys(locked.optionalDependencies ?? {}).filter(
      (name) => !(`node_modules/${name}` in packages),
    );
    const ours = place === '' || !place.startsWith('node_modules/');
    const ranges = ours ? Object.entries({ ...locked.dependencies, ...locked.devDependencies }) : [];
    return [
      ...missing.map((name) =>
        problem(
          `"${name}"`,
          `${name} is missing`,
          'run `npm install --package-lock-only` with a registry that offers it',
        ),
      ),
      ...(/^https?:/.test(locked.resolved ?? '')
        ? [
            problem(
              `"${locked.resolved}"`,
              `${place} names a registry's address`,
              'run `npm install --package-lock-only --omit-lockfile-registry-resolved`',
            ),
          ]
        : []),
      ...ranges
        .filter(([name, range]) => !name.startsWith('@sotto/') && !/^\d+\.\d+\.\d+$/.test(range))
        .map(([name, range]) =>
          problem(
            `"${name}": "${range}"`,
            `${name} is wanted as ${range}`,
            'name one exact version in package.json',
          ),
        ),
    ];
  });
}

export const lockfileCheck: Check = {
  name: 'lockfile',
  async run(root) {
    const text = await Bun.file(`${root}/${LOCKFILE}`).text();
    return { summary: LOCKFILE, problems: lockfileProblems(text) };
  },
};
