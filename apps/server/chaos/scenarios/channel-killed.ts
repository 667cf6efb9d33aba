import { killChannel } from '../postgres-faults.ts';
import type { Scenario } from '../scenario.ts';
import { surviveUnderLoad } from './under-load.ts';

export const channelKilled: Scenario = {
  name: 'channel-killed',
  about: 'the connection over which instances hear of changes is ended again and again',
  play: (options) => surviveUnderLoad({ fault: killChannel, seconds: 10 }, options),
};
