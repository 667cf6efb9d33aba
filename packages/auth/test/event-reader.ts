import type { Browser } from './browser.ts';
import type { TestAuth } from './create-test-auth.ts';

/** One server-sent event, as it came over the wire. */
export interface ReceivedEvent {
  event: string;
  id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: like the bodies of answers, judged by the test
  data: any;
}

/** An open stream, read event by event. */
export interface EventReader extends AsyncDisposable {
  status: number;
  headers: Headers;
  /** The next event that is not a ping; null when the service has closed the stream. */
  next(): Promise<ReceivedEvent | null>;
}

interface ReadOptions {
  /** Default: the REST stream of changes. */
  path?: string;
  lastEventId?: string;
  /** In place of the cookie. */
  bearerToken?: string;
}

const PATIENCE_MS = 20_000;

/** Opens a stream with the session of a browser, or with a bearer token. */
export const readEvents = async (
  t: TestAuth,
  { cookie }: Pick<Browser, 'cookie'>,
  { path = '/api/v1/auth/sessions/changes', lastEventId, bearerToken }: ReadOptions = {},
): Promise<EventReader> => {
  const leave = new AbortController();
  const response = await fetch(`${t.url}${path}`, {
    headers: {
      ...(cookie !== null && bearerToken === undefined && { cookie }),
      ...(bearerToken !== undefined && { authorization: `Bearer ${bearerToken}` }),
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: AbortSignal.any([leave.signal, AbortSignal.timeout(PATIENCE_MS)]),
  });
  const events = parse(response);
  return {
    status: response.status,
    headers: response.headers,
    next: async () => (await events.next()).value ?? null,
    [Symbol.asyncDispose]: async () => leave.abort(),
  };
};

async function* parse({ body }: Response): AsyncGenerator<ReceivedEvent> {
  let rest = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line): [string, string] => split(line)));
      const text = fields.get('data');
      if (text === undefined || fields.get('event') === 'ping') continue;
      yield {
        event: fields.get('event') ?? 'message',
        id: fields.get('id') ?? null,
        data: text === '' ? '' : JSON.parse(text),
      };
    }
  }
}

const split = (line: string): [string, string] => {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
};
