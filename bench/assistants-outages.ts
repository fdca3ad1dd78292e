/** What a provider that is down costs: everybody asks again and again, beside as many messages that ask nobody. */
import type { ModelOrder } from './assistants-model.ts';
import { ASKERS, AssistantStage, NAME } from './assistants-stage.ts';
import type { Credentials } from './seed.ts';

const AGAIN_MS = 500;
/** Until the server has given the provider up. */
const GIVING_UP_MS = 8_000;
const ROUNDS = 3;
const WINDOW_MS = 2_000;

export interface OutageFigures {
  mode: ModelOrder['mode'];
  /** What askers were told, for each question. */
  linesPerQuestion: number;
  /** Of the server's core: with questions until it was given up and after that, and with other messages. */
  cpuGivingUp: number;
  cpuAsking: number[];
  cpuTalking: number[];
}

export async function measureOutage(
  directory: string,
  users: readonly Credentials[],
  mode: ModelOrder['mode'],
): Promise<OutageFigures> {
  await using stage = await AssistantStage.open(directory, users, { mode, words: 0, wordsPerSecond: 1 });
  const question = `@${NAME} how does one make tea?`;
  const remark = 'the assistant is not to say how one makes tea';
  const [cpuAsking, cpuTalking]: [number[], number[]] = [[], []];
  const asked = { questions: 0 };
  await during(stage, remark, WINDOW_MS, { questions: 0 });
  const cpuGivingUp = await during(stage, question, GIVING_UP_MS, asked);
  for (let round = 0; round < ROUNDS; round++) {
    cpuTalking.push(await during(stage, remark, WINDOW_MS, { questions: 0 }));
    cpuAsking.push(await during(stage, question, WINDOW_MS, asked));
  }
  const { answered, failed } = await stage.until('told', (state) => state.failed >= asked.questions);
  if (answered > 0) throw new Error('a provider that is down has answered');
  return { mode, linesPerQuestion: failed / asked.questions, cpuGivingUp, cpuAsking, cpuTalking };
}

/** Each asker says it again and again. */
async function during(
  stage: AssistantStage,
  text: string,
  forMs: number,
  counted: { questions: number },
): Promise<number> {
  const [before, since] = [stage.server.cpuMs(), performance.now()];
  for (let round = 0; round < forMs / AGAIN_MS; round++) {
    counted.questions += ASKERS;
    await stage.say(text);
    await Bun.sleep(since + (round + 1) * AGAIN_MS - performance.now());
  }
  return (stage.server.cpuMs() - before) / (performance.now() - since);
}
