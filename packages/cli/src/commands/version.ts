import type { Command } from '../command.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { print } from '../system.ts';
import { VERSION } from '../version.ts';

export const command: Command = {
  name: 'version',
  summary: 'Print the version.',
  positionals: [],
  options: {},
  notes: [],
  run: async (_, system) => {
    print(system, [`sotto ${VERSION}`]);
    return EXIT_CODES.ok.code;
  },
};
