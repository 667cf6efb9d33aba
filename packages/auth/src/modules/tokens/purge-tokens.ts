import type { Kernel } from '../../kernel/module.ts';
import { InvalidatedTokenEntity } from './invalidated-token.entity.ts';
import { RefreshTokenEntity } from './refresh-token.entity.ts';

const BATCH = 5000;

/** Removes what has expired; instances that do so at once take different rows. */
export const purgeTokens = async ({ database }: Kernel, signal: AbortSignal): Promise<void> => {
  const purges = [
    () => database.write(({ em }) => em.getRepository(RefreshTokenEntity).purge(BATCH)),
    () => database.write(({ em }) => em.getRepository(InvalidatedTokenEntity).purge(BATCH)),
  ];
  for (const purge of purges) {
    let purged = BATCH;
    while (purged === BATCH && !signal.aborted) purged = await purge();
  }
};
