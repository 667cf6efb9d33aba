import type { AccountExport } from '@latchkey/contract';
import type { EntityManager } from '@mikro-orm/postgresql';

/** Reads what a module stores of a person, but for secrets and their hashes. */
export type ReadAccountData = (em: EntityManager, userId: string) => Promise<Partial<AccountExport>>;

/** What modules that may be left out add to an export; with the account it goes by foreign keys. */
export class AccountData {
  readonly #readers: ReadAccountData[] = [];

  add(reader: ReadAccountData): void {
    this.#readers.push(reader);
  }

  async read(em: EntityManager, userId: string): Promise<Partial<AccountExport>> {
    let all: Partial<AccountExport> = {};
    for (const reader of this.#readers) all = { ...all, ...(await reader(em, userId)) };
    return all;
  }
}
