/** The server's settings as flags, and the configuration they make together with environment and `.env` (O3). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import {
  ConfigError,
  readConfig,
  SETTING_NAMES,
  SETTINGS,
  type ServerConfig,
  type SettingName,
} from '@sotto/server/config';
import type { Arguments, Option } from './command.ts';
import type { System } from './system.ts';

/** Of those that are no flags it is a name that no option has. */
const flagName = (name: SettingName): string => (SETTINGS[name].flag ?? name).replace(/^--/, '');
const isFlag = (name: SettingName): boolean => SETTINGS[name].flag?.startsWith('--') === true;

/** Options for these settings, by default for all that are flags. */
export function settingOptions(
  names: readonly SettingName[] = SETTING_NAMES.filter(isFlag),
): Record<string, Option> {
  return Object.fromEntries(
    names.map((name) => {
      const { argument, description, default: standard } = SETTINGS[name];
      const known = argument !== undefined && standard !== '' ? ` (default ${standard})` : '';
      const option = { description: description + known, ...(argument === undefined ? {} : { argument }) };
      return [flagName(name), option];
    }),
  );
}

/** `more` holds settings that were not given as flags. */
export function serverConfig(
  args: Arguments,
  { environment, directory }: System,
  more: Partial<Record<SettingName, string>> = {},
): ServerConfig {
  const flags: Partial<Record<SettingName, string>> = { ...more };
  for (const name of SETTING_NAMES) {
    const value = args.has(flagName(name)) ? 'true' : args.value(flagName(name));
    if (value !== undefined) flags[name] = value;
  }
  return readConfig({ flags, environment, file: readEnvFile(directory), directory });
}

/** Nothing where there is no such file. */
export function readEnvFile(directory: string): Record<string, string | undefined> {
  const path = join(directory, '.env');
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${path} cannot be read (${reason}); make it readable or remove it`);
  }
}
