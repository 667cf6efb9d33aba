import type { EntityManager } from '@mikro-orm/postgresql';
import type { Kernel } from '../../kernel/module.ts';
import { toArray, tryLock } from '../../kernel/sql.ts';
import { CANONICAL_SQL, type CanonicalEvent, GENESIS, hashPersonal, type Link, nextLink } from './seal.ts';

/** "lkseal" as a number: who seals, or empties what is sealed, holds this lock for a transaction. */
export const SEAL_LOCK = 0x6c6b_7365;

const BATCH = 1000;

interface UnsealedEvent extends CanonicalEvent {
  id: string;
}

interface Seal extends Link {
  personalHash: string;
  salt: string;
}

/**
 * Chains events by hash as they become visible, whatever the order in which their transactions commit. It reads
 * events and locks none of them; of several instances one works and the others pass on.
 */
export class EventSealer {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Seals what waits; answers how many events that were. */
  async seal(signal?: AbortSignal): Promise<number> {
    let sealed = 0;
    for (;;) {
      const count = await this.#sealBatch();
      sealed += count;
      if (count < BATCH || signal?.aborted) return sealed;
    }
  }

  #sealBatch(): Promise<number> {
    const { database } = this.#kernel;
    return database.write(async ({ em }) => {
      if (!(await tryLock(em, SEAL_LOCK))) return 0;
      const events = await em.execute<UnsealedEvent[]>(
        // `offset 0` keeps the planner to one look-up for each: whatever it believes about the queue, nothing else is fast.
        `select e.id, ${CANONICAL_SQL} from auth.event_unsealed u
         cross join lateral (select * from auth.event where id = u.event_id offset 0) e
         order by u.event_id limit ?`,
        [BATCH],
      );
      if (events.length > 0) await this.#append(em, events);
      return events.length;
    });
  }

  async #append(em: EntityManager, events: UnsealedEvent[]): Promise<void> {
    const [head = GENESIS] = await em.execute<Link[]>(
      `select position::float8 as position, encode(hash, 'hex') as hash from auth.event_seal order by position desc limit 1`,
    );
    const seals = this.#chain(head, events);
    const ids = toArray(events.map(({ id }) => id));
    const bytes = (values: string[]) => toArray(values.map((value) => `\\x${value}`));
    await em.execute(
      `insert into auth.event_seal (position, event_id, hash, personal_hash, salt, sealed_at)
       select ?::bigint + place, event_id, hash, personal_hash, salt, now()
       from unnest(?::uuid[], ?::bytea[], ?::bytea[], ?::bytea[]) with ordinality
         as sealed(event_id, hash, personal_hash, salt, place)`,
      [
        head.position,
        ids,
        bytes(seals.map(({ hash }) => hash)),
        bytes(seals.map(({ personalHash }) => personalHash)),
        bytes(seals.map(({ salt }) => salt)),
      ],
    );
    await em.execute('delete from auth.event_unsealed where event_id = any(?::uuid[])', [ids]);
  }

  #chain(head: Link, events: UnsealedEvent[]): Seal[] {
    const seals: Seal[] = [];
    let last = head;
    for (const { lasting, personal } of events) {
      const salt = this.#kernel.secrets.createSalt();
      const personalHash = hashPersonal(salt, personal);
      last = nextLink(last, lasting, personalHash);
      seals.push({ ...last, personalHash, salt });
    }
    return seals;
  }
}
