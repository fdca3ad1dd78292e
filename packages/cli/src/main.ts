import { run } from './run.ts';
import { leaveOnSignals } from './signals.ts';
import { hideQuicNotice } from './warnings.ts';

hideQuicNotice(process);
const code = await run(process.argv.slice(2), {
  environment: process.env,
  directory: process.cwd(),
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  ...leaveOnSignals(),
});
// What a slow reader has not taken yet would be lost; an input that is still open would keep the program alive.
await new Promise<void>((resolve) => process.stdout.end(resolve));
process.exit(code);
