import type { Kernel } from '../../kernel/module.ts';
import { AppTokenEntity } from './app-token.entity.ts';

/** How long one that has ended can still be exported, and tells a program why it is refused. */
const KEEP_DAYS = 90;

const BATCH = 5000;

/** Removes what ended long ago; instances that do so at once take different rows. Answers how many that were. */
export const purgeAppTokens = async ({ database }: Kernel, signal?: AbortSignal): Promise<number> => {
  let total = 0;
  for (;;) {
    const purged = await database.write(({ em }) => em.getRepository(AppTokenEntity).purge(KEEP_DAYS, BATCH));
    total += purged;
    if (purged < BATCH || signal?.aborted) return total;
  }
};
