import { Counter, type Registry } from 'prom-client';
import type { OperationStatus } from './labels.ts';

/**
 * Counts operations in plain maps, which go into the counter when it is read: a fifth of a microsecond less for each
 * session check.
 */
export class OperationCounter {
  readonly #totals = new Map<string, Map<OperationStatus, number>>();

  constructor(registry: Registry) {
    const totals = this.#totals;
    new Counter({
      name: 'auth_operations_total',
      help: 'Calls of procedures, through any door, by how they ended',
      labelNames: ['operation', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [operation, counts] of totals) {
          for (const [status, count] of counts) this.inc({ operation, status }, count);
        }
      },
    });
  }

  count(operation: string, status: OperationStatus): void {
    let counts = this.#totals.get(operation);
    if (counts === undefined) {
      counts = new Map();
      this.#totals.set(operation, counts);
    }
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
}
