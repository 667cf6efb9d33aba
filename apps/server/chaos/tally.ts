/** What was seen while something was wrong, and after it. */
export interface Tally {
  checks: number;
  /** 200 for a session whose revocation had been answered before the check began. Must be none. */
  acceptedAfterRevocation: number;
  /** 401 for a session that nobody had begun to revoke. Must be none. */
  falselyRefused: number;
  /** 503 without `Retry-After`, other statuses, and connections that broke. Must be none. */
  malformed: string[];
  unavailable: number;
  /** The longest time until a check was answered with 503, in milliseconds. */
  longestWaitMs: number;
  revoked: number;
  /** From the end of the fault until the last check that was not served, in milliseconds. */
  recoveredAfterMs: number;
}

export const emptyTally = (): Tally => ({
  checks: 0,
  acceptedAfterRevocation: 0,
  falselyRefused: 0,
  malformed: [],
  unavailable: 0,
  longestWaitMs: 0,
  revoked: 0,
  recoveredAfterMs: 0,
});

/** What must not have happened, in words; empty when all is well. */
export const violationsOf = (tally: Tally): string[] => [
  ...(tally.acceptedAfterRevocation > 0
    ? [`${tally.acceptedAfterRevocation} checks of revoked sessions accepted`]
    : []),
  ...(tally.falselyRefused > 0 ? [`${tally.falselyRefused} sessions refused that hold`] : []),
  ...(tally.malformed.length > 0 ? [`answers out of contract: ${[...new Set(tally.malformed)].join(', ')}`] : []),
  ...(tally.revoked === 0 ? ['nothing was revoked, so that nothing was shown'] : []),
];
