import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Things outside npm that some tests need, each with how it is found: a path or a URL, or undefined. */
const SERVICES = {
  chromium: () =>
    Bun.which('chromium') ?? Bun.which('chromium-browser') ?? Bun.which('google-chrome') ?? undefined,
  /** tests/network/emulated: Python and iproute2, and a machine where this process may make network namespaces. */
  emulatedPath: () => (makesNamespaces() && opens(TUN) ? TUN : undefined),
  /** A machine where this process may mount file systems that nobody else sees. */
  ownMounts: () => (mounts() ? 'unshare' : undefined),
  /** tests/s3-server, installed there: `npm ci --ignore-scripts` in that folder; and Node.js. */
  s3: () => (existsSync(S3_SERVER) && Bun.which('node') !== null ? dirname(S3_SERVER) : undefined),
} as const satisfies Record<string, () => string | undefined>;

const TUN = '/dev/net/tun';
const S3_SERVER = join(import.meta.dir, 's3-server', 'node_modules');

const makesNamespaces = (): boolean =>
  ['python3', 'ip', 'nsenter', 'unshare'].every((command) => Bun.which(command) !== null) &&
  Bun.spawnSync(['unshare', '--net', 'true']).success;

const mounts = (): boolean =>
  ['unshare', 'mount'].every((command) => Bun.which(command) !== null) &&
  Bun.spawnSync(['unshare', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).success;

function opens(file: string): boolean {
  try {
    closeSync(openSync(file, 'r+'));
    return true;
  } catch {
    return false;
  }
}

export type Service = keyof typeof SERVICES;

/**
 * Where the service is; undefined where it is missing, so that the tests can be skipped, loudly:
 *
 *     const chromium = needs('chromium');
 *     describe.skipIf(chromium === undefined)('C1 sign in', () => { ... });
 *
 * In continuous integration a missing service is a failure instead.
 */
export function needs(service: Service): string | undefined {
  const found = SERVICES[service]();
  if (found !== undefined) return found;
  console.error(`SKIPPED-FOR-MISSING-SERVICE ${service}`);
  if (process.env.CI === 'true')
    throw new Error(
      `${service} is missing: see there what it takes, and SYSTEM_PACKAGES in .ci/run for packages`,
    );
  return undefined;
}
