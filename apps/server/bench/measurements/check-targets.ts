/** Those which are compared stand side by side, so that they have their turns at about the same time. */
export const TARGETS = {
  forward: { label: 'Latchkey GET /api/v1/auth/forward', file: 'latchkey.ts', path: '/api/v1/auth/forward' },
  bare: { label: 'A: node:http, one query', file: 'bare-http.ts', path: '/api/v1/auth/forward' },
  me: { label: 'Latchkey GET /api/v1/me', file: 'latchkey.ts', path: '/api/v1/me' },
  express: { label: 'B: Express 5, one query', file: 'plain-express.ts', path: '/api/v1/me' },
  trpcMe: { label: 'Latchkey GET /trpc/auth.me', file: 'latchkey.ts', path: '/trpc/auth.me' },
  trpc: { label: 'C: tRPC adapter, one query', file: 'trpc-adapter.ts', path: '/trpc/auth.me' },
  still: { label: 'node:http, always the same answer', file: 'static-http.ts', path: '/' },
};
export type Name = keyof typeof TARGETS;
export const NAMES = Object.keys(TARGETS) as Name[];

/** How a right answer names the first and the last user; null: it does not know them. */
export const PROOF: Record<Name, 'email' | 'header' | null> = {
  forward: 'header',
  bare: 'header',
  me: 'email',
  express: 'email',
  trpcMe: 'email',
  trpc: 'email',
  still: null,
};

/** By how many connections ask. */
export const CONNECTIONS = [1, 32, 128] as const;

interface Comparison {
  ours: Name;
  theirs: Name;
  what: string;
  /** For one connection; one that asks alone gains nothing from company. */
  aimAlone: number | null;
  aim: number | null;
}

/** What is compared with what, and how much of it is promised. */
export const RATIOS: Comparison[] = [
  { ours: 'forward', theirs: 'bare', what: '/api/v1/auth/forward ÷ A', aimAlone: 0.9, aim: 1.8 },
  { ours: 'me', theirs: 'express', what: '/api/v1/me ÷ B', aimAlone: 0.9, aim: 1.6 },
  { ours: 'trpcMe', theirs: 'trpc', what: '/trpc/auth.me ÷ C', aimAlone: 0.9, aim: 3 },
  { ours: 'forward', theirs: 'still', what: '/api/v1/auth/forward ÷ the same answer', aimAlone: null, aim: null },
];
