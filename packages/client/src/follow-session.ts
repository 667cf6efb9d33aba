import type { SessionChange } from '@latchkey/contract';
import { AuthApiError } from './auth-api-error.ts';
import type { AuthClient } from './create-auth-client.ts';

/** What a page learns about the session that it belongs to. */
export type SessionNews =
  /** Somebody logged in or a session ended. */
  | { kind: 'changed'; id: string; change: SessionChange }
  /** The stream is open, maybe again: what happened before may have been missed. */
  | { kind: 'connected' }
  /** The stream failed, or cannot be opened; it is tried again by itself. */
  | { kind: 'lost' }
  /** The session that the page belongs to does not hold any more, or has a new token: ask who is logged in. */
  | { kind: 'refused' };

interface FollowOptions {
  client: Pick<AuthClient, 'sessions'>;
  /** Pages of one browser that follow the same session share one stream. */
  sessionId: string;
  onNews(news: SessionNews): void;
}

const RETRY_MS = 3000;

/**
 * Listens to what happens to the sessions of the user, until the function that it answers is called. Of all the
 * pages of a browser one holds the stream and tells the others; when it goes, the next one takes over (Web Locks
 * are released by the browser itself, whatever becomes of the page). Where there are no locks, which is on plain
 * http beyond localhost, each page has a stream of its own.
 */
export const followSession = ({ client, sessionId, onNews }: FollowOptions): (() => void) => {
  const leave = new AbortController();
  const name = `latchkey session ${sessionId}`;
  const known: { lastEventId: string | null } = { lastEventId: null };
  const channel = new BroadcastChannel(name);
  const take = (news: SessionNews) => {
    if (news.kind === 'changed') known.lastEventId = news.id;
    onNews(news);
  };
  const hold = () =>
    holdStream({
      client,
      known,
      signal: leave.signal,
      tell: (news) => {
        if (leave.signal.aborted) return;
        take(news);
        channel.postMessage(news);
      },
    });

  channel.onmessage = ({ data }: { data: SessionNews }) => take(data);
  leave.signal.addEventListener('abort', () => channel.close());
  if (hasLocks()) navigator.locks.request(name, { signal: leave.signal }, hold).catch(() => {});
  else void hold();
  return () => leave.abort();
};

/** Web Locks exist in secure contexts only; Node has none before version 24. */
export const hasLocks = (): boolean => typeof navigator !== 'undefined' && 'locks' in navigator;

interface HoldOptions extends Pick<FollowOptions, 'client'> {
  known: { readonly lastEventId: string | null };
  signal: AbortSignal;
  tell(news: SessionNews): void;
}

/** Keeps the stream open; resolves when it is given up. */
const holdStream = ({ client, known, signal, tell }: HoldOptions): Promise<void> => {
  const { promise: left, resolve } = Promise.withResolvers<void>();
  const state: { stream?: { unsubscribe(): void }; retry?: ReturnType<typeof setTimeout> } = {};
  const open = () => {
    const input = known.lastEventId === null ? undefined : { lastEventId: known.lastEventId };
    state.stream = client.sessions.changes.subscribe(input, {
      onStarted: () => tell({ kind: 'connected' }),
      onData: ({ id, data }) => tell({ kind: 'changed', id, change: data }),
      // A stream that breaks off is opened again below this, without an error.
      onConnectionStateChange: ({ state: now, error }) => {
        if (now === 'connecting' && error !== null) tell({ kind: 'lost' });
      },
      onError: (error) => {
        tell({ kind: AuthApiError.from(error).status === 401 ? 'refused' : 'lost' });
        again();
      },
      onComplete: () => again(),
    });
  };
  const again = () => {
    clearTimeout(state.retry);
    if (!signal.aborted) state.retry = setTimeout(open, RETRY_MS);
  };
  signal.addEventListener('abort', () => {
    clearTimeout(state.retry);
    state.stream?.unsubscribe();
    resolve();
  });
  if (signal.aborted) resolve();
  else open();
  return left;
};
