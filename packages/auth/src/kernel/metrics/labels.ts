import type { ErrorCode } from '@latchkey/contract';

/*
 * Every value that a label may have. A label that grew with what callers send would fill the memory of whoever keeps
 * the figures.
 */

/** How an operation ended: well, or with a code of the error table. */
export type OperationStatus = 'ok' | ErrorCode;

/**
 * On whose behalf a session was looked up. `guard`: of the host app; `stream`: of a reader who listens for changes;
 * `token`: of who refreshes or validates one.
 */
export type CheckSource = 'rest' | 'trpc' | 'local' | 'forward' | 'guard' | 'introspection' | 'stream' | 'token';

export const TOKEN_TYPES = ['session', 'device', 'verification', 'access', 'refresh', 'app'] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

/** `postponed`: the attempt failed, another one follows. */
export const MAIL_OUTCOMES = ['sent', 'postponed', 'given_up'] as const;
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

/** `failed`: another attempt follows; `dead`: none does. */
export const DELIVERY_OUTCOMES = ['delivered', 'failed', 'dead'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];
