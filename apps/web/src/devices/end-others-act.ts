import type { Act } from '../confirmation/act.ts';

interface EndOthersOptions {
  count: number;
  /** There are some that have not been loaded. */
  hasMore: boolean;
  revokeOthers: () => Promise<{ revoked: number }>;
}

const sessionsOf = (count: number): string => (count === 1 ? '1 other session' : `${count} other sessions`);

const subjectOf = (count: number, hasMore: boolean): string => {
  if (hasMore) return `More than ${count} other sessions`;
  return count === 1 ? 'Your other session' : `Your ${sessionsOf(count)}`;
};

/** Ending all my sessions but the one in use. */
export const endOthersAct = ({ count, hasMore, revokeOthers }: EndOthersOptions): Act => ({
  title: 'Sign out everywhere else?',
  consequence: `${subjectOf(count, hasMore)} will be signed out at once, on every device but this one. You stay logged in here.`,
  label: 'Sign out everywhere else',
  perform: async () => {
    const { revoked } = await revokeOthers();
    return revoked === 0 ? 'There was no other session any more.' : `You signed out of ${sessionsOf(revoked)}.`;
  },
});
