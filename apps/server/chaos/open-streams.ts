import type { Instance, LoggedIn } from './instance.ts';

/** Streams of sessions, each with what it was told last. */
export interface OpenStreams {
  /** Waits until each of these sessions has been told that it ended. Answers how many were not, in time. */
  countSilent(sessionIds: Set<string>, seconds: number): Promise<number>;
  close(): void;
}

/** Listens with each session at an instance, and comes back when a stream breaks, as browsers do. */
export const openStreams = async ({ url }: Instance, sessions: LoggedIn[]): Promise<OpenStreams> => {
  const leave = new AbortController();
  const told = new Map(sessions.map(({ sessionId }) => [sessionId, Promise.withResolvers<void>()]));

  const listen = async ({ cookie, sessionId }: LoggedIn, onOpen: () => void): Promise<void> => {
    while (!leave.signal.aborted) {
      const response = await fetch(`${url}/api/v1/auth/sessions/changes`, {
        headers: { cookie },
        signal: leave.signal,
      }).catch(() => null);
      onOpen();
      const text = response === null ? '' : await lastWordsOf(response);
      if (text.includes('SESSION_ENDED')) return told.get(sessionId)?.resolve();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  await Promise.all(sessions.map((session) => new Promise<void>((resolve) => void listen(session, resolve))));
  return {
    countSilent: async (sessionIds, seconds) => {
      const late = Symbol('late');
      const { promise, resolve } = Promise.withResolvers<symbol>();
      const timer = setTimeout(() => resolve(late), seconds * 1000);
      const outcomes = await Promise.all([...sessionIds].map((id) => Promise.race([told.get(id)?.promise, promise])));
      clearTimeout(timer);
      return outcomes.filter((outcome) => outcome === late).length;
    },
    close: () => leave.abort(),
  };
};

/** What a stream said, or the refusal in its place, once it has ended. */
const lastWordsOf = async ({ body }: Response): Promise<string> => {
  let text = '';
  try {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) text = `${text}${chunk}`.slice(-2000);
  } catch {
    // A stream that broke says nothing more.
  }
  return text;
};
