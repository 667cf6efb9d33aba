/** The session that tokens are asked for, and what proves it. */
export interface TokenGrant {
  sessionId: string;
  /** The hash of the cookie that asks; null: nobody but the caller has had it yet. */
  cookieHash: string | null;
}
