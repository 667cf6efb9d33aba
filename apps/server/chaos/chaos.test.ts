import { expect, test } from 'vitest';
import { SCENARIOS } from './scenarios/index.ts';

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  'nothing happens that must not, for a short time: %s',
  async (_name, { play }) => {
    const { violations } = await play({ isQuick: true, onProgress: () => {} });
    expect(violations).toEqual([]);
  },
  120_000,
);
