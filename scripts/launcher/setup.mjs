import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endLike, runChild } from './child.mjs';
import { withLock } from './lock.mjs';

/** A set-up that cannot succeed without the user; the message says what to do. */
export class SetupError extends Error {}

/** Installs the dependencies unless they are already what package-lock.json asks for, and returns the path of Bun. */
export async function setUp(root) {
  const platform = platformName();
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(platform)
    .digest('hex');
  const bun = join(root, 'node_modules', '@oven', `bun-${platform}`, 'bin', 'bun');
  const stamp = join(root, 'node_modules', '.sotto-setup');
  const isDone = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(bun);

  if (isDone()) return bun;
  const onWait = () => tell('another start is installing the dependencies; waiting for it');
  await withLock(join(root, '.setup'), onWait, async () => {
    if (isDone()) return;
    await install(root);
    checkRuns(bun, platform);
    writeFileSync(stamp, wanted);
  });
  return bun;
}

// Bun names its packages by its own words for architectures. There is one x64 build: it needs only SSE4.2 and
// chooses AVX2 code when it runs.
function platformName() {
  const architecture = process.arch === 'arm64' ? 'aarch64' : process.arch;
  return `${process.platform}-${architecture}${isMusl() ? '-musl' : ''}`;
}

function isMusl() {
  if (process.platform !== 'linux') return false;
  process.report.excludeNetwork = true; // its look-ups of host names could take seconds
  return process.report.getReport().header.glibcVersionRuntime === undefined;
}

// Scripts of dependencies are never run; dev dependencies are needed even where NODE_ENV or npm's settings leave them out.
const NPM_CI = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

async function install(root) {
  tell('installing the dependencies with `npm ci` (once; a download of about 170 MB)');
  const [command, ...args] = npmCommand();
  // Standard output belongs to the program that is about to run.
  const ending = await runChild(command, [...args, ...NPM_CI], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  }).catch((error) => {
    throw new SetupError(
      `npm could not be started (${error.message}). Install Node.js 20 or newer with npm.`,
    );
  });
  if (ending.signal) endLike(ending);
  if (ending.code !== 0) {
    throw new SetupError(
      'the dependencies could not be installed (see above). Check the network or the npm registry, then start again.',
    );
  }
  tell('dependencies installed');
}

// Under `npm start` the same npm again; under bin/sotto the one on the PATH.
function npmCommand() {
  const running = process.env.npm_execpath;
  return running && basename(running) === 'npm-cli.js' ? [process.execPath, running] : ['npm'];
}

function checkRuns(bun, platform) {
  if (!existsSync(bun)) {
    throw new SetupError(
      `there is no Bun for this platform (${platform}): the package @oven/bun-${platform} was not installed. ` +
        'Sotto runs on Linux, macOS and FreeBSD, x64 or arm64; on Windows, run it in WSL.',
    );
  }
  try {
    execFileSync(bun, ['--version'], { stdio: 'ignore' });
  } catch (error) {
    throw new SetupError(
      `Bun does not run on this machine (${error.message}). An x64 processor must have SSE4.2.`,
    );
  }
}

function tell(text) {
  process.stderr.write(`sotto: ${text}\n`);
}
