import type { ErrorCode } from '@latchkey/contract';

/*
 * Every value that a label may have. A label that grew with what callers send would fill the memory of whoever keeps
 * the figures.
 */

/** How an operation ended: well, or with a code of the error table. */
export type OperationStatus = 'ok' | ErrorCode;

/** On whose behalf a session was looked up. `guard`: of the host app; `stream`: of a reader who listens for changes. */
export type CheckSource = 'rest' | 'trpc' | 'local' | 'forward' | 'guard' | 'introspection' | 'stream';

export type TokenType = 'session' | 'device' | 'verification' | 'access' | 'refresh' | 'app';

/** `postponed`: the attempt failed, another one follows. */
export type MailOutcome = 'sent' | 'postponed' | 'given_up';

/** `failed`: another attempt follows; `dead`: none does. */
export type DeliveryOutcome = 'delivered' | 'failed' | 'dead';
