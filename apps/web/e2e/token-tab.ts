import { createAuthClient, TokenKeeper } from '@latchkey/client';
import { createVerifier } from '@latchkey/client/verify';

/** A page that holds tokens the way browsers should, with what a test needs to look into it. */
const url = new URLSearchParams(location.search).get('service') ?? '';
const ends: unknown[] = [];
const clock = { offsetMs: 0, now: () => new Date(Date.now() + clock.offsetMs) };
const tokens = new TokenKeeper({
  url,
  storage: 'cookie',
  fetch: window.fetch,
  clock,
  onSignedOut: (reason) => ends.push(reason),
});
const client = createAuthClient({ url, tokens });

const wind = (seconds: number) => {
  clock.offsetMs += seconds * 1000;
};

export const tab = { client, tokens, ends, wind, createVerifier };
export type Tab = typeof tab;

Object.assign(window, { tab });
