/** `sotto admin assistants`: who they are, what they cost, and whether what speaks for them answers. */
import { type AssistantView, needAssistant, type WrittenSettings } from '@sotto/server/maintenance';
import { sanitizeLine, table } from '@sotto/terminal';
import { UsageError } from '../../errors.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { complain, print } from '../../system.ts';
import { type Action, type Scene, time } from './action.ts';
import { HOW_TO_SWITCH_ON, writtenIn } from './assistant-options.ts';
import { askAssistant, askConfigured } from './assistant-trial.ts';

export const ASSISTANT_ACTIONS: Readonly<Record<string, Action>> = {
  assistants: {
    argument: '[NAME]',
    summary: 'list assistants, or one; add, change, ask, disable and enable one by the options below',
    alone: (args, system) =>
      args.positional(1) === undefined && args.value('ask') !== undefined
        ? askConfigured(args, writtenIn(args).written, system)
        : undefined,
    run: assistants,
  },
};

async function assistants(scene: Scene): Promise<number> {
  const { args, domain, config, system } = scene;
  const name = args.positional(1);
  const { written, act } = writtenIn(args);
  const all = await domain.assistants(config.assistants);
  if (act === undefined && name === undefined) return list(all, scene);
  if (name === undefined) throw new UsageError('NAME is missing; `sotto admin assistants` lists them');
  if (act === 'add') {
    const user = await domain.makeAssistant(name, written);
    print(system, [`${sanitizeLine(user.name)} is an assistant, number ${user.number}`]);
    return warned(scene, written);
  }
  const one = needAssistant(all, name);
  switch (act) {
    case undefined:
      return show(one, scene);
    case 'ask':
      return askAssistant(one, written, scene);
    case 'change':
      await domain.changeAssistant(one, written);
      print(system, [`${sanitizeLine(one.user.name)} is changed`]);
      return warned(scene, written);
    case 'disable':
    case 'enable':
      await domain.setAssistantDisabled(one, act === 'disable');
      print(system, [
        `${sanitizeLine(one.user.name)} ${act === 'disable' ? 'answers nobody' : 'answers again'}`,
      ]);
      return EXIT_CODES.ok.code;
  }
}

function list(all: readonly AssistantView[], { system, config }: Scene): number {
  if (all.length === 0) {
    const none =
      config.assistants === undefined ? HOW_TO_SWITCH_ON : 'the server makes it when it is started';
    print(system, [`there is no assistant; ${none}`]);
    return EXIT_CODES.ok.code;
  }
  const rows = [['number', 'name', 'state', 'provider', 'model', 'at', 'today', 'tokens']];
  for (const one of all)
    rows.push([
      `${one.user.number}`,
      sanitizeLine(one.user.name),
      stateOf(one),
      one.asked?.access.kind ?? '-',
      sanitizeLine(one.asked?.model ?? '-'),
      sanitizeLine(hostOf(one)),
      `${one.requests}`,
      `${one.tokens}`,
    ]);
  print(system, table(rows));
  if (config.assistants === undefined)
    complain(system, [`sotto: by the settings here none of them answers; ${HOW_TO_SWITCH_ON}`]);
  return EXIT_CODES.ok.code;
}

function stateOf({ asked, record, user }: AssistantView): string {
  if (record.disabledMs > 0) return 'disabled';
  if (user.suspendedMs > 0) return 'suspended';
  return asked === undefined ? 'off' : 'on';
}

const hostOf = ({ asked }: AssistantView): string => URL.parse(asked?.access.url ?? '')?.host ?? '-';

function show(one: AssistantView, { system }: Scene): number {
  const { user, record, asked, requests, tokens } = one;
  const own = (value: unknown) => (value === undefined ? ', as the server is configured' : '');
  const rows: (readonly string[])[] = [
    ['assistant', `${sanitizeLine(user.name)}, number ${user.number}`],
    ['state', record.disabledMs > 0 ? `disabled since ${time(record.disabledMs)}` : stateOf(one)],
    ['made', time(record.createdMs)],
    ['today', `${requests} questions, ${tokens} tokens`],
  ];
  if (asked !== undefined)
    rows.push(
      ['provider', `${asked.access.kind}${own(record.provider)}`],
      ['url', `${sanitizeLine(asked.access.url)}${own(record.url)}`],
      ['model', `${sanitizeLine(asked.model)}${own(record.model)}`],
      ['key', keyText(one)],
      ['prompt', `${sanitizeLine(asked.speaker.prompt) || 'none'}${own(record.prompt)}`],
    );
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

/** Never the key. */
function keyText({ record: { keyVariable }, asked }: AssistantView): string {
  const isSet = asked?.access.key !== undefined;
  if (keyVariable === undefined) return isSet ? 'SOTTO_AI_KEY' : 'none';
  return `${sanitizeLine(keyVariable)}${isSet ? '' : ', which is not set'}`;
}

/** What is done and has no effect as yet. */
function warned({ config, system }: Scene, { keyVariable }: WrittenSettings): number {
  if (config.assistants === undefined)
    complain(system, [`sotto: it answers nobody as yet; ${HOW_TO_SWITCH_ON}`]);
  else if (keyVariable !== undefined && keyVariable !== '-' && !config.assistants.keyOf(keyVariable))
    complain(system, [
      `sotto: ${sanitizeLine(keyVariable)} is not set here; put it into .env, and start the server again`,
    ]);
  return EXIT_CODES.ok.code;
}
