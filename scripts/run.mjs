// Every npm script comes through here: `node scripts/run.mjs <arguments for Bun>`. Plain JavaScript without
// dependencies, because it runs before anything is installed and on the oldest Node.js we support.
import { runBun } from './launcher/launch.mjs';

await runBun(process.argv.slice(2));
