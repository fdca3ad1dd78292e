import { sanitizeLine } from '@sotto/terminal';
import { parseDuration } from '../../duration.ts';
import { type Action, withUser } from './action.ts';

const RECOVERY_DEFAULT = '1d';

export const ACCOUNT_ACTIONS: Readonly<Record<string, Action>> = {
  recover: {
    argument: 'USER',
    summary: 'print a code with which the user sets a new password, by registering the same name',
    run: (scene) =>
      withUser(scene, (user) =>
        scene.domain.recover(user, {
          lifetimeMs: parseDuration('--expires', scene.args.value('expires') ?? RECOVERY_DEFAULT),
          keepSecondFactor: scene.args.has('keep-second-factor'),
        }),
      ),
  },
  'reset-second-factor': {
    argument: 'USER',
    summary: 'let a user log in with the password alone',
    run: (scene) =>
      withUser(scene, async (user) =>
        (await scene.domain.resetSecondFactor(user))
          ? `${sanitizeLine(user.name)} logs in with a password alone`
          : `${sanitizeLine(user.name)} has no second factor`,
      ),
  },
  suspend: {
    argument: 'USER',
    summary: 'end all sessions of a user, and let nobody log in to the account',
    run: (scene) =>
      withUser(scene, async (user) => {
        await scene.domain.suspend(user, scene.args.value('reason') ?? '');
        return `${sanitizeLine(user.name)} is suspended`;
      }),
  },
  restore: {
    argument: 'USER',
    summary: 'let a suspended user log in again',
    run: (scene) =>
      withUser(scene, async (user) => {
        await scene.domain.restore(user);
        return `${sanitizeLine(user.name)} ${user.assistant ? 'answers again' : 'may log in'}`;
      }),
  },
  administrator: {
    argument: 'USER',
    summary: 'make a user an administrator of the server; with --remove, no longer one',
    run: (scene) =>
      withUser(scene, async (user) => {
        const on = !scene.args.has('remove');
        await scene.domain.setAdministrator(user, on);
        return `${sanitizeLine(user.name)} is ${on ? 'an administrator' : 'no administrator'}`;
      }),
  },
  owner: {
    argument: 'USER',
    summary: "make a user the server's owner, in place of the present one",
    run: (scene) =>
      withUser(scene, async (user) => {
        await scene.domain.setOwner(user);
        return `${sanitizeLine(user.name)} is the owner`;
      }),
  },
  'delete-account': {
    argument: 'USER',
    summary: 'delete an account for ever; its messages go the way of --deleted-accounts',
    run: (scene) =>
      withUser(scene, async (user) => {
        await scene.domain.deleteAccount(user, scene.config.deletedAccounts);
        return `account ${user.number} is deleted`;
      }),
  },
};
