import { type AuthModule, appTokensModule, type CoreServices } from '../src/index.ts';

/** All modules that may be left out, for tests that go over everything there is. */
export const everyModule = (): AuthModule<CoreServices>[] => [appTokensModule()];
