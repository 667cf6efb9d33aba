import { randomBytes } from 'node:crypto';
import { type AuthModule, type CoreServices, webhooksModule } from '../src/index.ts';

/** All modules that may be left out, for tests that go over everything there is. */
export const everyModule = (): AuthModule<CoreServices>[] => [
  webhooksModule({ encryptionKey: randomBytes(32), allowPrivateTargets: true }),
];
