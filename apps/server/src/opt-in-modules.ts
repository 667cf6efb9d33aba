import { type AuthModule, type CoreServices, webhooksModule } from '@latchkey/auth';
import { readEncryptionKey } from './encryption-key.ts';
import type { Settings } from './env.ts';

/** The modules that the settings switch on, besides those that are always on. */
export const optInModules = async (settings: Settings): Promise<AuthModule<CoreServices>[]> => {
  if (settings.webhooks === null) return [];
  return [webhooksModule({ ...settings.webhooks, encryptionKey: await readEncryptionKey(settings) })];
};
