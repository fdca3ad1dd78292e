// `npm run check [-- name ...]`: the checks of scripts/checks, all or the named ones, a line each.
import { type Check, isClean, type Report } from './checks/check.ts';
import { CHECKS } from './checks/index.ts';

const ROOT = new URL('..', import.meta.url).pathname;

function print({ name }: Check, report: Report): void {
  console.log(`${isClean(report) ? 'ok  ' : 'FAIL'}  ${name.padEnd(8)}  ${report.summary}`);
  for (const { file, line, message, remedy } of report.problems) {
    console.log(`      ${file}:${line}  ${message}\n        -> ${remedy}`);
  }
  if (report.output !== undefined) console.log(report.output.replace(/^/gm, '      '));
}

async function run(check: Check): Promise<boolean> {
  const report = await check.run(ROOT);
  print(check, report);
  return isClean(report);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(
    `no check is called ${unknown.join(', ')}; there are: ${CHECKS.map((check) => check.name).join(', ')}`,
  );
  process.exit(2);
}

const chosen = wanted.length === 0 ? CHECKS : CHECKS.filter((check) => wanted.includes(check.name));
const passed = await Promise.all(chosen.map(run));
const failures = passed.filter((clean) => !clean).length;
console.log(
  failures === 0 ? `all ${chosen.length} checks pass` : `${failures} of ${chosen.length} checks fail`,
);
process.exit(failures === 0 ? 0 : 1);
