const MESSAGES = {
  malformed: 'This is not an access token.',
  header: 'The header of the token asks for what is not supported.',
  algorithm: 'The token is signed with an algorithm that is not allowed.',
  type: 'The token is of another type than an access token.',
  unknown_key: 'The token is signed with a key that the issuer does not publish.',
  signature: 'The signature of the token is wrong.',
  issuer: 'The token comes from another issuer.',
  audience: 'The token is meant for somebody else.',
  expired: 'The token has expired.',
  not_yet_valid: 'The token is not valid yet.',
  claims: 'The token lacks a claim, or has one that makes no sense.',
  denied: 'The session of the token has ended.',
  keys_unavailable: 'The keys of the issuer cannot be loaded.',
  feed_disconnected: 'It is not known at the moment which sessions have ended.',
} as const;

/** Why a token was refused. */
export type TokenRefusal = keyof typeof MESSAGES;

const TEMPORARY: ReadonlySet<TokenRefusal> = new Set(['keys_unavailable', 'feed_disconnected']);

/**
 * The one error of a verifier. It says nothing that was in the token, so that it may be logged.
 * @example
 * if (error instanceof TokenRefusedError) res.status(error.isTemporary ? 503 : 401).end();
 */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
  readonly code: TokenRefusal;

  constructor(code: TokenRefusal, options: ErrorOptions = {}) {
    super(MESSAGES[code], options);
    this.code = code;
  }

  /** Whether the fault is not the token's: the same one may hold in a moment. */
  get isTemporary(): boolean {
    return TEMPORARY.has(this.code);
  }
}
