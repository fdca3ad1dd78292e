import { describe, expect, test } from 'bun:test';
import { ConfigError } from '../config-values.ts';
import { readOwn } from './assistants.ts';

describe('what is an assistant’s own, as an operator writes it (I1)', () => {
  test('I1: what is left out stays, and - is as the configuration has it', () => {
    expect(readOwn({})).toEqual({});
    expect(readOwn({ model: 'large', url: 'http://ollama.lan:11434', provider: 'ollama' })).toEqual({
      model: 'large',
      url: 'http://ollama.lan:11434/',
      provider: 'ollama',
    });
    const none = readOwn({ model: '-', url: '-', provider: '-', keyVariable: '-', prompt: '-' });
    expect(none).toEqual({
      model: undefined,
      url: undefined,
      provider: undefined,
      keyVariable: undefined,
      prompt: undefined,
    });
    expect('model' in none).toBe(true);
  });

  test.each([
    [{ provider: 'acme' }, '--provider "acme"'],
    [{ url: 'ftp://x' }, '--url is no URL'],
    [{ url: 'https://user:secret@x/v1' }, '--url has a user'],
    [{ model: 'two words' }, '--model "two words"'],
    [{ keyVariable: 'sk-secret' }, '--key-variable is no name of a variable'],
    [{ keyVariable: 'sk_secret' }, '--key-variable is no name of a variable'],
    [{ keyVariable: 'gsk.secret' }, '--key-variable is no name of a variable'],
    [{ keyVariable: 'SOTTO_DATA' }, 'call it MY_KEY'],
  ])('I1 O2: %j is refused with the way out, and no secret is repeated', (written, said) => {
    let message = '';
    try {
      readOwn(written);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = String(error);
    }
    expect(message).toContain(said);
    expect(message).not.toContain('secret');
  });
});
