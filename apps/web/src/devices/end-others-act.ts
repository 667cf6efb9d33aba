import type { Act } from '../confirmation/act.ts';

interface EndOthersOptions {
  count: number;
  /** There are some that have not been loaded. */
  hasMore: boolean;
  revokeOthers: () => Promise<{ revoked: number }>;
}

const sessionsOf = (count: number): string => (count === 1 ? '1 other session' : `${count} other sessions`);

/** Ending all my sessions but the one in use. */
export const endOthersAct = ({ count, hasMore, revokeOthers }: EndOthersOptions): Act => ({
  title: 'Sign out everywhere else?',
  consequence: `${hasMore ? `More than ${count} other sessions` : `Your ${sessionsOf(count)}`} will be ended at once, on every device but this one. You stay logged in here.`,
  label: 'Sign out everywhere else',
  perform: async () => {
    const { revoked } = await revokeOthers();
    return revoked === 0 ? 'There was no other session any more.' : `You signed out of ${sessionsOf(revoked)}.`;
  },
});
