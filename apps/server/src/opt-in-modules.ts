import { type AuthModule, appTokensModule, type CoreServices, tokensModule, webhooksModule } from '@latchkey/auth';
import { readEncryptionKey } from './encryption-key.ts';
import type { Settings } from './env.ts';

/** The modules that the settings switch on, besides those that are always on. */
export const optInModules = async (settings: Settings): Promise<AuthModule<CoreServices>[]> => [
  ...(settings.hasAppTokens ? [appTokensModule()] : []),
  ...(settings.hasTokens ? [await tokensModuleFor(settings)] : []),
  ...(settings.webhooks === null
    ? []
    : [webhooksModule({ ...settings.webhooks, encryptionKey: await readEncryptionKey(settings) })]),
];

/** Also where tokens are switched off: their keys can be looked after all the same. */
export const tokensModuleFor = async (settings: Settings) =>
  tokensModule({ ...settings.tokens, encryptionKey: await readEncryptionKey(settings) });
