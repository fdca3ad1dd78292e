import { parseDuration } from '../../duration.ts';
import { UsageError } from '../../errors.ts';
import { type Action, type Scene, withUser } from './action.ts';

export const TOKEN_ACTIONS: Readonly<Record<string, Action>> = {
  token: {
    argument: 'USER',
    summary: 'print an API token for a program of a user; needs --name and --scopes',
    run: token,
  },
};

function token(scene: Scene): Promise<number> {
  const { args, domain } = scene;
  const name = args.value('name');
  const scopes = args.value('scopes');
  if (name === undefined) throw new UsageError('--name is missing; write what the token is for');
  if (scopes === undefined)
    throw new UsageError('--scopes is missing; write some of read,write,rooms,moderate,profile');
  const expires = args.value('expires');
  const lifetimeMs = expires === undefined ? 0 : parseDuration('--expires', expires);
  const words = scopes.split(',').map((word) => word.trim());
  return withUser(scene, (user) => domain.token(user, { name, scopes: words, lifetimeMs }));
}
