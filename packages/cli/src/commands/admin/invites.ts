import { table } from '@sotto/terminal';
import { parseDuration } from '../../duration.ts';
import { UsageError } from '../../errors.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { complain, print } from '../../system.ts';
import { type Action, type Scene, time } from './action.ts';

export const USES_DEFAULT = '1';
const EXPIRES_DEFAULT = '7d';

export const INVITE_ACTIONS: Readonly<Record<string, Action>> = {
  invite: {
    summary: 'print an invite code, which makes accounts where registration is by invitation',
    run: invite,
  },
  invites: { summary: 'list the invite codes that can be used, by their first column', run: listInvites },
  'revoke-invite': {
    argument: 'INVITE',
    summary: 'take an invite code back',
    missing: '`sotto admin invites` lists them in its first column',
    run: revokeInvite,
  },
};

async function invite({ domain, args, system }: Scene): Promise<number> {
  const uses = args.value('uses') ?? USES_DEFAULT;
  if (!/^[1-9]\d{0,3}$/.test(uses)) throw new UsageError(`--uses "${uses}" is no number from 1 to 1000`);
  const lifetimeMs = parseDuration('--expires', args.value('expires') ?? EXPIRES_DEFAULT);
  print(system, [await domain.invite({ uses: Number(uses), lifetimeMs })]);
  return EXIT_CODES.ok.code;
}

/** Of its hash: codes themselves are not kept. */
const ID_DIGITS = 12;
const idOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex').slice(0, ID_DIGITS);

async function listInvites({ domain, system }: Scene): Promise<number> {
  const rows = [['invite', 'accounts left', 'made', 'good until']];
  for (const { codeHash, usesLeft, createdMs, expiresMs } of await domain.invites())
    rows.push([idOf(codeHash), `${usesLeft}`, time(createdMs), time(expiresMs)]);
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

async function revokeInvite({ domain, args, system }: Scene): Promise<number> {
  const wanted = args.positional(1) ?? '';
  const found = (await domain.invites()).find(({ codeHash }) => idOf(codeHash) === wanted);
  if (found === undefined) {
    complain(system, [`sotto: there is no invite "${wanted}"; \`sotto admin invites\` lists them`]);
    return EXIT_CODES.failed.code;
  }
  await domain.revokeInvite(found);
  print(system, [`invite ${wanted} is taken back`]);
  return EXIT_CODES.ok.code;
}
