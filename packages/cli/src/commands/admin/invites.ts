import { parseDuration } from '../../duration.ts';
import { UsageError } from '../../errors.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { print } from '../../system.ts';
import type { Action, Scene } from './action.ts';

export const USES_DEFAULT = '1';
const EXPIRES_DEFAULT = '7d';

export const INVITE_ACTIONS: Readonly<Record<string, Action>> = {
  invite: {
    summary: 'print an invite code, which makes accounts where registration is by invitation',
    run: invite,
  },
};

async function invite({ domain, args, system }: Scene): Promise<number> {
  const uses = args.value('uses') ?? USES_DEFAULT;
  if (!/^[1-9]\d{0,3}$/.test(uses)) throw new UsageError(`--uses "${uses}" is no number from 1 to 1000`);
  const lifetimeMs = parseDuration('--expires', args.value('expires') ?? EXPIRES_DEFAULT);
  print(system, [await domain.invite({ uses: Number(uses), lifetimeMs })]);
  return EXIT_CODES.ok.code;
}
