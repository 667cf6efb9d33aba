import { createAuthClient } from '../src/index.ts';
import { TestClock } from './test-clock.ts';

/**
 * A process with no more than React Native has: it signs in, calls, refreshes and logs out, and tells what came of
 * it. The argument is the address of the service.
 */
const strip = async (): Promise<void> => {
  // Node's own fetch has to load before it finds itself somewhere else.
  await fetch('data:,');
  Object.defineProperty(process, 'versions', { value: {} });
  for (const name of ['BroadcastChannel', 'EventSource', 'CompressionStream']) Reflect.deleteProperty(globalThis, name);
  Reflect.deleteProperty(Promise, 'withResolvers');
  Reflect.deleteProperty(AbortSignal, 'any');
  Reflect.deleteProperty(AbortSignal, 'timeout');
  Reflect.deleteProperty(Headers.prototype, 'getSetCookie');
};

await strip();
const ends: unknown[] = [];
const clock = new TestClock();
const stored = new Map<string, string>();
let refreshes = 0;
const client = createAuthClient({
  url: process.argv[2] ?? '',
  fetch: (url, init) => {
    if (String(url).endsWith('/auth/refresh')) refreshes += 1;
    return fetch(url, init);
  },
  tokens: {
    storage: {
      get: async () => stored.get('latchkey') ?? null,
      set: async (text) => void stored.set('latchkey', text),
      remove: async () => void stored.delete('latchkey'),
    },
    channel: 'nobody',
    onSignedOut: (reason) => void ends.push(reason),
    clock,
  },
});
await client.tokens.issue.mutate({ email: 'ada@example.com', password: 'tidal-copper-lantern' });
const before = (await client.auth.me.query()).user.email;
clock.wind(900);
const after = (await client.auth.me.query()).user.email;
await client.auth.logout.mutate();
process.send?.({ before, after, refreshes, ends }, () => process.exit());
