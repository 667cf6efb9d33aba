import { parseRedisAddress } from '@latchkey/auth';
import { type Finding, reasonOf } from './finding.ts';

/** Gets in as the service does and asks Redis for a sign of life. */
export const examineRedis = async (redisUrl: string | null): Promise<Finding> => {
  const what = 'redis';
  if (redisUrl === null) return { what, problem: null, detail: 'not used' };
  const { kind, nodes } = parseRedisAddress(redisUrl);
  const hosts = nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  const detail = kind === 'single' ? hosts : `${kind}: ${hosts}`;
  try {
    const { verifyRedis } = await import('@latchkey/auth/redis');
    await verifyRedis(redisUrl);
    return { what, problem: null, detail };
  } catch (error) {
    return { what, problem: `REDIS_URL (${detail}) cannot be used: ${reasonOf(error)}. Everything works without it.` };
  }
};
