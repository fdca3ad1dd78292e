/** `bun child.ts FOLDER [PROGRAM]` builds the client into it, and lets whatever else the machine does go first. */
import { constants, setPriority } from 'node:os';
import { buildClient } from './build.ts';
import { writeFolder } from './folder.ts';

const [folder, program] = process.argv.slice(2);
if (folder === undefined) throw new Error('say into which folder');
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
await writeFolder(folder, await buildClient(program));
