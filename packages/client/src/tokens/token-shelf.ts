import { KeptTokens, type TokenStorage } from './token-storage.ts';

/** A storage that others may use as well: one thing at a time, and it tells what they have put there. */
export class TokenShelf {
  readonly #storage: TokenStorage;
  /** What it holds as far as this client knows. */
  #known: string | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(storage: TokenStorage) {
    this.#storage = storage;
  }

  /** @returns what somebody else has put there or taken away since; undefined when nobody has */
  look(): Promise<KeptTokens | null | undefined> {
    return this.#inOrder(async () => {
      const text = await this.#storage.get();
      if (text === this.#known) return undefined;
      this.#known = text;
      return parse(text);
    });
  }

  put(tokens: KeptTokens): Promise<void> {
    return this.#inOrder(async () => {
      const text = JSON.stringify(tokens);
      await this.#storage.set(text);
      this.#known = text;
    });
  }

  clear(): Promise<void> {
    return this.#inOrder(async () => {
      this.#known = null;
      await this.#storage.remove();
    });
  }

  #inOrder<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done;
  }
}

/** What is not ours, or is broken, counts as nothing. */
const parse = (text: string | null): KeptTokens | null => {
  try {
    return KeptTokens.parse(JSON.parse(text ?? 'null'));
  } catch {
    return null;
  }
};
