import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Finding, reasonOf } from './finding.ts';

const DEADLINE_MS = 3000;

/** Asks Redis for a sign of life (RESP `PING`); a password is not needed for that. */
export const examineRedis = async (redisUrl: string | null): Promise<Finding> => {
  const what = 'redis';
  if (redisUrl === null) return { what, problem: null, detail: 'not used' };
  const { hostname, port, protocol, host } = new URL(redisUrl);
  try {
    const answer = await ping({
      host: hostname.replaceAll(/[[\]]/g, ''),
      port: Number(port || 6379),
      isTls: protocol === 'rediss:',
    });
    // "-NOAUTH …" is an answer, too: somebody is there and speaks the protocol.
    if (/^(\+PONG|-NOAUTH|-DENIED|-ERR)/.test(answer)) return { what, problem: null, detail: host };
    return { what, problem: `REDIS_URL (${host}) answers, but not as Redis does.` };
  } catch (error) {
    return { what, problem: `REDIS_URL (${host}) cannot be reached: ${reasonOf(error)}.` };
  }
};

const ping = async ({ host, port, isTls }: { host: string; port: number; isTls: boolean }): Promise<string> => {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const socket = isTls ? connectTls({ host, port, servername: host }) : connectPlain({ host, port });
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect', { signal });
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data', { signal });
    return String(answer);
  } catch (error) {
    throw signal.aborted ? new Error('no answer') : error;
  } finally {
    socket.on('error', () => {}).destroy();
  }
};
