import { crash } from '../postgres-faults.ts';
import type { Scenario } from '../scenario.ts';
import { surviveUnderLoad } from './under-load.ts';

export const postgresCrashed: Scenario = {
  name: 'postgres-crashed',
  about: 'PostgreSQL crashes and replays its log',
  play: (options) => surviveUnderLoad({ fault: crash, seconds: 0 }, options),
};
