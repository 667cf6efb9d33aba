import { expect, test } from 'vitest';
import { runChaos } from './run-chaos.ts';

test('whatever happens to PostgreSQL, no revoked session is accepted, none that holds is refused, and all recovers', async () => {
  const outcomes = await runChaos({ faultSeconds: 3, afterSeconds: 6, onProgress: () => {} });
  expect(outcomes.flatMap(({ fault, violations }) => violations.map((violation) => `${fault}: ${violation}`))).toEqual(
    [],
  );
  expect(outcomes.find(({ fault }) => fault === 'PostgreSQL frozen')?.unavailable).toBeGreaterThan(0);
}, 120_000);
