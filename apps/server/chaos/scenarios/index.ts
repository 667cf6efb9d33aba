import { isRedisMissing } from '@latchkey/auth/testing/redis';
import type { Scenario } from '../scenario.ts';
import { badReceivers } from './bad-receivers.ts';
import { channelKilled } from './channel-killed.ts';
import { connectionsTaken } from './connections-taken.ts';
import { eightStarts } from './eight-starts.ts';
import { postgresCrashed } from './postgres-crashed.ts';
import { postgresFrozen } from './postgres-frozen.ts';
import { postgresStopped } from './postgres-stopped.ts';
import { redisFrozen } from './redis-frozen.ts';
import { serverKilled } from './server-killed.ts';
import { slowClients } from './slow-clients.ts';

export const SCENARIOS: Scenario[] = [
  channelKilled,
  postgresCrashed,
  postgresStopped,
  postgresFrozen,
  connectionsTaken,
  serverKilled,
  eightStarts,
  slowClients,
  badReceivers,
  ...(isRedisMissing ? [] : [redisFrozen]),
];
