import { createAuthClient, TokenKeeper } from '@latchkey/client';

/** A page that holds tokens the way browsers should, with what a test needs to look into it. */
const ends: unknown[] = [];
const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) };
const tokens = new TokenKeeper({
  url: '',
  storage: 'cookie',
  fetch: window.fetch,
  clock,
  onSignedOut: (reason) => ends.push(reason),
});
const client = createAuthClient({ url: '', tokens });

const wind = (seconds: number) => {
  clock.offsetMs += seconds * 1000;
};

export const tab = { client, tokens, ends, wind };
export type Tab = typeof tab;

Object.assign(window, { tab });
