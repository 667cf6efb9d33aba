import { TokenPair } from '@latchkey/contract';
import { z } from 'zod';

/**
 * Where the tokens are while nobody uses them: one text, which is set, read and removed as a whole.
 * @example
 * const storage: TokenStorage = {
 *   get: () => SecureStore.getItemAsync('latchkey'),
 *   set: (text) => SecureStore.setItemAsync('latchkey', text),
 *   remove: () => SecureStore.deleteItemAsync('latchkey'),
 * };
 */
export interface TokenStorage {
  get(): Promise<string | null> | string | null;
  set(text: string): Promise<void> | void;
  remove(): Promise<void> | void;
}

/** Keeps tokens for as long as the process or the page lives. */
export const memoryStorage = (): TokenStorage => {
  const kept: { text: string | null } = { text: null };
  return {
    get: () => kept.text,
    set: (text) => {
      kept.text = text;
    },
    remove: () => {
      kept.text = null;
    },
  };
};

/** A pair, and when it came by the clock of this device: only differences of that clock are ever used. */
export const KeptTokens = TokenPair.pick({ accessToken: true, refreshToken: true, expiresIn: true }).extend({
  receivedAt: z.number(),
});
export type KeptTokens = z.infer<typeof KeptTokens>;
