import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Logger } from '../ports.ts';
import {
  type CheckSource,
  DELIVERY_OUTCOMES,
  type DeliveryOutcome,
  MAIL_OUTCOMES,
  type MailOutcome,
  type OperationStatus,
  TOKEN_TYPES,
  type TokenType,
} from './labels.ts';
import { OperationCounter } from './operation-counter.ts';
import { PoolGauges } from './pool-gauges.ts';
import { SlowGauge } from './slow-gauge.ts';

const ACTIVE_SESSIONS_SECONDS = 30;
const OUTBOX_SECONDS = 5;

const HASH_BUCKETS = [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10];
const CHECK_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const REVOCATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface CounterOptions {
  help: string;
  label: string;
  values?: readonly string[];
}

/**
 * The figures of one Latchkey, kept apart from those of any other in the process. Those of the process itself, such
 * as its memory, belong to the host.
 */
export class Metrics {
  readonly pools: PoolGauges;
  /** How many sessions hold. The same on all instances, as the database counts. */
  readonly activeSessions: SlowGauge;
  /** How long the oldest event has been waiting for its delivery, in seconds; 0 when none does. */
  readonly outboxLag: SlowGauge;
  /** How many events were given up until somebody looks; the same on all instances. */
  readonly outboxParked: SlowGauge;
  readonly #registry = new Registry();
  readonly #operations = new OperationCounter(this.#registry);
  readonly #tokens = this.#counter('auth_tokens_generated_total', {
    help: 'Tokens that were made, by type',
    label: 'type',
    values: TOKEN_TYPES,
  });
  readonly #hashes = this.#histogram('auth_password_hash_duration_seconds', {
    help: 'Time from asking for a hash, of a password or a code, until it was there, with the time in the queue',
    buckets: HASH_BUCKETS,
  });
  readonly #checks = new Histogram({
    name: 'auth_session_check_duration_seconds',
    help: 'Time until the database had answered about a session token',
    labelNames: ['source'],
    buckets: CHECK_BUCKETS,
    registers: [this.#registry],
  });
  readonly #revocations = this.#histogram('auth_revocation_latency_seconds', {
    help: 'Time from the end of a session until an open stream of its user was told',
    buckets: REVOCATION_BUCKETS,
  });
  readonly #refusals = this.#counter('auth_limit_refusals_total', { help: 'Calls refused by a limit', label: 'limit' });
  readonly #mails = this.#counter('auth_mails_total', {
    help: 'Attempts to send a mail, by how they ended',
    label: 'status',
    values: MAIL_OUTCOMES,
  });
  readonly #deliveries = this.#counter('auth_webhook_deliveries_total', {
    help: 'Attempts to deliver to a webhook, by how they ended',
    label: 'status',
    values: DELIVERY_OUTCOMES,
  });

  readonly #jobs = this.#counter('auth_background_failures_total', {
    help: 'Turns of background work that failed, by what it is',
    // Not `job`, which is the name that Prometheus gives to whom it asks.
    label: 'work',
  });

  constructor(logger: Logger) {
    const registry = this.#registry;
    this.pools = new PoolGauges(registry);
    this.activeSessions = new SlowGauge({
      name: 'auth_active_sessions',
      help: 'Sessions that hold; the same on all instances',
      everySeconds: ACTIVE_SESSIONS_SECONDS,
      registry,
      logger,
    });
    this.outboxLag = new SlowGauge({
      name: 'auth_outbox_lag_seconds',
      help: 'Age of the oldest event that waits for its delivery; the same on all instances',
      everySeconds: OUTBOX_SECONDS,
      registry,
      logger,
    });
    this.outboxParked = new SlowGauge({
      name: 'auth_outbox_parked',
      help: 'Events that were given up for a subscriber until somebody looks; the same on all instances',
      everySeconds: OUTBOX_SECONDS,
      registry,
      logger,
    });
  }

  /** From now on it is told how often this work fails. */
  watchJob(work: string): void {
    this.#jobs.inc({ work }, 0);
  }

  jobFailure(work: string): void {
    this.#jobs.inc({ work });
  }

  operation(name: string, status: OperationStatus): void {
    this.#operations.count(name, status);
  }

  sessionCheck(source: CheckSource, seconds: number): void {
    this.#checks.observe({ source }, seconds);
  }

  tokenGenerated(type: TokenType): void {
    this.#tokens.inc({ type });
  }

  passwordHash(seconds: number): void {
    this.#hashes.observe(seconds);
  }

  /** `seconds` comes of the clocks of two machines, the later of which may be behind. */
  revocation(seconds: number): void {
    this.#revocations.observe(Math.max(0, seconds));
  }

  limitRefusal(limit: string): void {
    this.#refusals.inc({ limit });
  }

  mail(status: MailOutcome): void {
    this.#mails.inc({ status });
  }

  webhookDelivery(status: DeliveryOutcome): void {
    this.#deliveries.inc({ status });
  }

  /** `waiting`: how many passwords wait for a thread, at the moment of asking. */
  watchHashQueue(waiting: () => number): void {
    new Gauge({
      name: 'auth_password_hash_queue_length',
      help: 'Passwords that wait to be hashed',
      registers: [this.#registry],
      collect() {
        this.set(waiting());
      },
    });
  }

  /** All figures in the text format of Prometheus, version 0.0.4. Waits for no database. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** What is known beforehand begins at 0: Prometheus sees no increase in a series that appears with its first 1. */
  #counter(name: string, { help, label, values = [] }: CounterOptions): Counter {
    const counter = new Counter({ name, help, labelNames: [label], registers: [this.#registry] });
    for (const value of values) counter.inc({ [label]: value }, 0);
    return counter;
  }

  #histogram(name: string, { help, buckets }: { help: string; buckets: number[] }): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.#registry] });
  }
}
