// `npm run generate` and `npm run schema:release`: buf in proto/, with the Bun that runs this for its plugins.
import { isClean, runTool } from './checks/check.ts';

const ROOT = new URL('..', import.meta.url).pathname;

const report = await runTool(ROOT, ['buf', ...process.argv.slice(2)], 'proto');
console.log(report.output ?? `${report.summary}: done`);
process.exit(isClean(report) ? 0 : 1);
