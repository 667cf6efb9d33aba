import type { AuthEvent } from '../../kernel/event-log.ts';

/** The kind of what is sent to try an endpoint out: it is no event, and is tried once. */
export const TEST_TYPE = 'webhook.test';

/** What is sent: `type`, `timestamp` and `data`, as Standard Webhooks recommends. */
export const toBody = ({ type, occurredAt, data: details, ...about }: AuthEvent): string =>
  JSON.stringify({ type, timestamp: occurredAt, data: { ...about, details } });

export const toTestBody = (id: string, at: Date): string =>
  JSON.stringify({ type: TEST_TYPE, timestamp: at.toISOString(), data: { id } });
