/** One task at a time for each key, in order of arrival; keys that nothing waits for cost nothing. */
export class Turns<Key extends object> {
  readonly #last = new Map<Key, Promise<void>>();

  /** Something runs or waits. */
  busy(key: Key): boolean {
    return this.#last.has(key);
  }

  /** Runs `task`, which must not reject, after those that came earlier for `key`. */
  async take(key: Key, task: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(task);
    this.#last.set(key, turn);
    await turn;
    if (this.#last.get(key) === turn) this.#last.delete(key);
  }
}
