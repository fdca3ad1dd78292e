/** The accounts of assistants: made by the operator, never by registering [ASSIST-1]. */
import { nameSkeleton } from '@sotto/model/names-skeleton';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { needName } from '../accounts/checks.ts';
import { uuidOf } from '../accounts/digests.ts';
import { isReserved } from '../accounts/reserved-names.ts';
import type { AccountStore, UserRecord } from '../accounts/store.ts';
import { ASSISTANT_PROMPT_MAX_CHARACTERS } from './settings.ts';
import type { AssistantRecord, AssistantStore } from './store.ts';

const URL_MAX_CHARACTERS = 2_000;
const WORD_MAX_CHARACTERS = 255;

export interface AssistantWorld {
  assistants: AssistantStore;
  clock: Clock;
  random: Random;
}

/** What one has of its own; left out: as the configuration has it. */
export type OwnSettings = Partial<
  Pick<AssistantRecord, 'provider' | 'url' | 'keyVariable' | 'model' | 'prompt'>
>;

/** Throws NAME_INVALID, NAME_TAKEN or ARGUMENT_INVALID. */
export async function makeAssistant(
  { assistants, clock, random }: AssistantWorld,
  written: string,
  own: OwnSettings = {},
): Promise<UserRecord> {
  const { name, key } = needName(written);
  const skeleton = nameSkeleton(name);
  if (isReserved(skeleton)) throw new SottoError(ErrorCode.NAME_INVALID, 'it means something else');
  needFitting(own);
  const result = await assistants.createAssistant({
    uuid: uuidOf(random.bytes(16)),
    name,
    nameKey: key,
    nameSkeleton: skeleton,
    createdMs: clock.now(),
    provider: own.provider,
    url: own.url,
    keyVariable: own.keyVariable,
    model: own.model,
    prompt: own.prompt,
  });
  if (result.kind === 'nameTaken') throw new SottoError(ErrorCode.NAME_TAKEN, name);
  return result.user;
}

/** The assistant of that name, which is made where nobody has it. NAME_TAKEN where it is a person's, or looks like one's. */
export async function ensureAssistant(
  world: AssistantWorld & { accounts: Pick<AccountStore, 'userByNameKey'> },
  name: string,
): Promise<UserRecord> {
  const found = await world.accounts.userByNameKey(needName(name).key);
  if (found?.assistant) return found;
  return makeAssistant(world, name);
}

/** What storage has room for; throws ARGUMENT_INVALID. To be asked before `saveAssistant` too. */
export function needFitting(own: OwnSettings): void {
  const limits = [
    ['url', URL_MAX_CHARACTERS],
    ['keyVariable', WORD_MAX_CHARACTERS],
    ['model', WORD_MAX_CHARACTERS],
    ['prompt', ASSISTANT_PROMPT_MAX_CHARACTERS],
  ] as const;
  for (const [field, most] of limits) {
    if ([...(own[field] ?? '')].length > most)
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${field}: longer than ${most} characters`);
  }
}
