/** Asks a provider, and tells what came of it. */
import {
  type Provider,
  ProviderError,
  type ProviderPart,
  type ProviderRequest,
} from '../../assistants/provider.ts';

export interface Collected {
  text: string;
  /** It said so. */
  thought: boolean;
  end: (ProviderPart & { kind: 'end' }) | undefined;
  error: ProviderError | undefined;
}

export const REQUEST: ProviderRequest = {
  model: 'small',
  system: 'Be kind, says the operator.',
  user: 'What is said in the garden?',
  maxAnswerTokens: 50,
};

/** Whatever is thrown and is no ProviderError is thrown again. */
export async function collect(
  provider: Provider,
  signal: AbortSignal = new AbortController().signal,
  request: ProviderRequest = REQUEST,
): Promise<Collected> {
  const collected: Collected = { text: '', thought: false, end: undefined, error: undefined };
  try {
    for await (const part of provider.stream(request, signal)) {
      if (collected.end !== undefined) throw new Error('something came after the end');
      if (part.kind === 'text') collected.text += part.text;
      else if (part.kind === 'thinking') collected.thought = true;
      else collected.end = part;
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    collected.error = error;
  }
  return collected;
}
