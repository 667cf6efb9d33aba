import { defineConfig } from 'vitest/config';

/** Each database test works on a database of its own, cloned from a template that is made once. */
const database = { globalSetup: './vitest.global-setup.ts', testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // The suite shares two processors with PostgreSQL and a browser.
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...database,
          name: 'behaviour',
          include: [
            'packages/*/{src,test}/**/*.test.{ts,tsx}',
            'apps/*/src/**/*.test.{ts,tsx}',
            'apps/server/chaos/*.test.ts',
          ],
          exclude: ['packages/auth/test/house/**'],
        },
      },
      { test: { name: 'house', include: ['packages/auth/test/house/**/*.test.ts'] } },
      {
        test: {
          ...database,
          name: 'browser',
          include: ['apps/web/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          // As patient as the browser itself is with what it waits for.
          expect: { poll: { timeout: 15_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
});
