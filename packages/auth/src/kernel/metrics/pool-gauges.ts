import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

type PoolFigures = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'> & { options: { max: number } };

/** What the pools of connections are doing at the moment of reading. */
export class PoolGauges {
  readonly #pools = new Map<string, PoolFigures>();

  constructor(registry: Registry) {
    const pools = this.#pools;
    new Gauge({
      name: 'auth_pool_connections',
      help: 'Connections to PostgreSQL, by pool: at work, or idle',
      labelNames: ['pool', 'state'],
      registers: [registry],
      collect() {
        for (const [pool, { totalCount, idleCount }] of pools) {
          this.set({ pool, state: 'used' }, totalCount - idleCount);
          this.set({ pool, state: 'idle' }, idleCount);
        }
      },
    });
    const perPool = (name: string, help: string, read: (figures: PoolFigures) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['pool'],
        registers: [registry],
        collect() {
          for (const [pool, figures] of pools) this.set({ pool }, read(figures));
        },
      });
    perPool('auth_pool_connections_max', 'Connections that a pool may open', ({ options }) => options.max);
    perPool('auth_pool_waiting', 'Callers that wait for a connection', ({ waitingCount }) => waitingCount);
  }

  watch(name: 'main' | 'limits', pool: PoolFigures): void {
    this.#pools.set(name, pool);
  }
}
