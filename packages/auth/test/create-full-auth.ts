import { appTokensModule, tokensModule, webhooksModule } from '../src/index.ts';
import { createTestAuth, type TestAuth } from './create-test-auth.ts';

/** A running auth with all modules there are. */
export const createFullAuth = (options: Parameters<typeof createTestAuth>[0] = {}): Promise<TestAuth> => {
  const encryptionKey = Buffer.alloc(32, 1);
  const modules = [
    appTokensModule(),
    tokensModule({ encryptionKey, algorithm: 'ES256' }),
    webhooksModule({ encryptionKey, allowPrivateTargets: true }),
  ];
  return createTestAuth({ ...options, ports: { modules, ...options.ports } });
};
