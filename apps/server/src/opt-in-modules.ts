import { type AuthModule, appTokensModule, type CoreServices } from '@latchkey/auth';
import type { Settings } from './env.ts';

/** The modules that the settings switch on, besides those that are always on. */
export const optInModules = async (settings: Settings): Promise<AuthModule<CoreServices>[]> => [
  ...(settings.hasAppTokens ? [appTokensModule()] : []),
];
