import { freeze } from '../postgres-faults.ts';
import type { Scenario } from '../scenario.ts';
import { surviveUnderLoad } from './under-load.ts';

export const postgresFrozen: Scenario = {
  name: 'postgres-frozen',
  about: 'PostgreSQL answers nothing and breaks nothing for 30 seconds',
  play: (options) => surviveUnderLoad({ fault: freeze, seconds: 30 }, options),
};
