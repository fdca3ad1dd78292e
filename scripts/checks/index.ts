import { type Check, runTool } from './check.ts';
import { importsCheck } from './imports.ts';
import { lockfileCheck } from './lockfile.ts';
import { purityCheck } from './purity.ts';
import { schemaCheck } from './schema.ts';
import { sizesCheck } from './sizes.ts';
import { specCheck } from './spec.ts';

const typesCheck: Check = {
  name: 'types',
  run: (root) => runTool(root, ['tsc', '-p', '.', '--pretty', 'false']),
};
const styleCheck: Check = {
  name: 'style',
  run: (root) => runTool(root, ['biome', 'ci', '--error-on-warnings', '--colors=off', '.']),
};

export const CHECKS: readonly Check[] = [
  importsCheck,
  purityCheck,
  specCheck,
  sizesCheck,
  lockfileCheck,
  schemaCheck,
  styleCheck,
  typesCheck,
];
