import { EndReason } from '@latchkey/contract';
import { z } from 'zod';
import { KeptTokens } from './token-storage.ts';

/** What clients with the same tokens tell each other. A refresh token never travels here. */
const TokenNews = z.discriminatedUnion('kind', [
  /** There are new ones in the storage that they share. */
  z.object({ kind: z.literal('stored') }),
  /** There is a new access token; its refresh token is in the cookie that they share. */
  z.object({ kind: z.literal('renewed'), tokens: KeptTokens.extend({ refreshToken: z.null() }) }),
  z.object({ kind: z.literal('ended'), reason: EndReason.nullable() }),
]);
export type TokenNews = z.infer<typeof TokenNews>;

/** The other tabs of a browser. */
export interface TokenChannel {
  tell(news: TokenNews): void;
  close(): void;
}

const SILENT: TokenChannel = { tell: () => {}, close: () => {} };

/** @param name null, or a platform without `BroadcastChannel`: there are no others */
export const openTokenChannel = (name: string | null, onNews: (news: TokenNews) => Promise<void>): TokenChannel => {
  if (name === null || typeof BroadcastChannel === 'undefined') return SILENT;
  const channel = new BroadcastChannel(`latchkey tokens ${name}`);
  channel.onmessage = ({ data }: { data: unknown }) => {
    const news = TokenNews.safeParse(data);
    if (news.success) void onNews(news.data);
  };
  // In Node it would keep the process alive.
  if ('unref' in channel && typeof channel.unref === 'function') channel.unref();
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() };
};
