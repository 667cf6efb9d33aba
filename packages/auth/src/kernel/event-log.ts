import type { EventType } from '@latchkey/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { EventEntity } from './event.entity.ts';
import type { Clock, Logger } from './ports.ts';
import type { Caller } from './principal.ts';
import type { Secrets } from './secrets.ts';

export type { EventType };

/** What a service says about a change it makes. Never a secret, never a hash. */
export interface NewEvent {
  type: EventType;
  caller: Caller;
  /** Whom it is about. */
  userId?: string | null;
  sessionId?: string | null;
  /** Who did it, where that is somebody else or nobody. Default: the user. */
  actorId?: string | null;
  data?: Record<string, unknown>;
}

export interface AuthEvent {
  id: string;
  type: EventType;
  occurredAt: string;
  userId: string | null;
  sessionId: string | null;
  actorId: string | null;
  ipAddress: string | null;
  traceId: string;
  data: Record<string, unknown>;
}

/** Runs after commit; cannot change the outcome. */
export type EventListener = (event: AuthEvent) => Promise<void> | void;

/** Writes events beside the change they speak of, and tells the modules after commit. */
export class EventLog {
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #logger: Logger;
  readonly #listeners = new Map<EventType, EventListener[]>();

  constructor(clock: Clock, secrets: Secrets, logger: Logger) {
    this.#clock = clock;
    this.#secrets = secrets;
    this.#logger = logger;
  }

  on(type: EventType, listener: EventListener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  /** Adds the event to the unit of work: it is written if and when the change is. */
  write(em: EntityManager, { type, caller, userId = null, sessionId = null, actorId, data = {} }: NewEvent): AuthEvent {
    const occurredAt = this.#clock.now();
    const fields = {
      id: this.#secrets.createId(),
      type,
      userId,
      sessionId,
      actorId: actorId === undefined ? userId : actorId,
      ipAddress: caller.ipAddress,
      traceId: caller.traceId,
      data,
    };
    em.create(EventEntity, { ...fields, occurredAt });
    return { ...fields, occurredAt: occurredAt.toISOString() };
  }

  /** Tells the listeners; what they throw is logged and goes no further. */
  async publish(events: AuthEvent[]): Promise<void> {
    for (const event of events) {
      for (const listener of this.#listeners.get(event.type) ?? []) {
        try {
          await listener(event);
        } catch (cause) {
          this.#logger.error({ err: cause, eventId: event.id, eventType: event.type }, 'An event listener failed');
        }
      }
    }
  }
}
