/** Those which are compared stand side by side, so that they have their turns at about the same time. */
export const TARGETS = {
  me: { label: 'Latchkey GET /api/v1/me', file: 'latchkey.ts', path: '/api/v1/me' },
  express: { label: 'B: Express 5, one query', file: 'plain-express.ts', path: '/api/v1/me' },
  bare: { label: 'A: node:http, one query', file: 'bare-http.ts', path: '/api/v1/me' },
  trpcMe: { label: 'Latchkey GET /trpc/auth.me', file: 'latchkey.ts', path: '/trpc/auth.me' },
  trpc: { label: 'C: tRPC adapter, empty', file: 'trpc-adapter.ts', path: '/trpc/empty' },
};
export type Name = keyof typeof TARGETS;
export const NAMES = Object.keys(TARGETS) as Name[];

/** What is compared with what, and how much of it is promised. */
export const RATIOS: { ours: Name; theirs: Name; what: string; aim: number | null }[] = [
  { ours: 'me', theirs: 'express', what: '/api/v1/me ÷ B', aim: 1 },
  { ours: 'trpcMe', theirs: 'trpc', what: '/trpc/auth.me ÷ C', aim: 0.85 },
  { ours: 'me', theirs: 'bare', what: '/api/v1/me ÷ A', aim: null },
];
