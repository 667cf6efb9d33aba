import { stopAndStart } from '../postgres-faults.ts';
import type { Scenario } from '../scenario.ts';
import { surviveUnderLoad } from './under-load.ts';

export const postgresStopped: Scenario = {
  name: 'postgres-stopped',
  about: 'PostgreSQL is stopped and started again',
  play: (options) => surviveUnderLoad({ fault: stopAndStart, seconds: 10 }, options),
};
