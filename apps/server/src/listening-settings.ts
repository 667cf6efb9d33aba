import { AuthOptions } from '@latchkey/auth';
import { z } from 'zod';
import type { ConnectionBounds } from './http/bound-connections.ts';
import { list, portNumber, wholeNumber } from './setting-types.ts';

const PROXY_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);

const addressRange = AuthOptions.shape.trustedServices.unwrap().element;

const isProxy = (text: string): boolean => PROXY_NAMES.has(text) || addressRange.safeParse(text).success;

const proxies = z
  .string()
  .transform((text) => (text === 'false' ? '' : text))
  .pipe(list)
  .refine((items) => items.every(isProxy), {
    error: 'List addresses or ranges of your proxies, for example "10.0.0.0/8, ::1", or use "false".',
  });

const connections = wholeNumber.pipe(z.number().min(1, 'Use 1 or more.').max(1_000_000, 'Use 1000000 or less.'));

/** Where the server listens, and to whom. */
export const listeningVariables = {
  HOST: z.string().default('127.0.0.1').describe('Address to listen on; `0.0.0.0` for all.'),
  PORT: portNumber.default(4000).describe('Port to listen on.'),
  TRUST_PROXY: proxies
    .default([])
    .describe('Addresses or ranges of your reverse proxies, comma separated. Unset or `false`: none.'),
  MAX_CONNECTIONS: connections.default(10_000).describe('Connections at a time; further ones are hung up on.'),
  MAX_CONNECTIONS_PER_ADDRESS: connections
    .default(2500)
    .describe(
      'Of them from one IPv4 address or IPv6 /64, so that nobody takes them all. Those in `TRUST_PROXY` are exempt.',
    ),
  SHUTDOWN_DELAY_SECONDS: wholeNumber
    .pipe(z.number().max(300, 'Use 300 or less.'))
    .default(0)
    .describe(
      'How long requests are still taken after SIGTERM while `/ready` answers 503 already: as long as a load balancer takes to notice.',
    ),
};

export interface ListeningSettings {
  host: string;
  port: number;
  trustProxy: string[];
  connections: ConnectionBounds;
  shutdownDelaySeconds: number;
}

export const toListeningSettings = (env: z.output<z.ZodObject<typeof listeningVariables>>): ListeningSettings => ({
  host: env.HOST,
  port: env.PORT,
  trustProxy: env.TRUST_PROXY,
  connections: { max: env.MAX_CONNECTIONS, maxPerAddress: env.MAX_CONNECTIONS_PER_ADDRESS },
  shutdownDelaySeconds: env.SHUTDOWN_DELAY_SECONDS,
});
