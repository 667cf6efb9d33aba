import type { Kernel } from '../../kernel/module.ts';
import { type ActivityColumns, ActivityRecorder, SESSION_ACTIVITY } from './activity-recorder.ts';
import { byId, byTokenHash, SessionCheck, type SessionLookup } from './session-check.ts';

/** How one kind of credential is looked up, and where its use is noted. */
export interface SessionWay {
  check: SessionCheck;
  activity: ActivityRecorder;
}

/** What is kept elsewhere and can be asked for like a session. */
export interface SessionLike {
  /** A query in brackets with the columns of `auth.session` that a check reads, and `scopes`. */
  rows: string;
  activity: ActivityColumns;
}

/** All ways in. Each asks the database on connections of its own. */
export class SessionWays {
  readonly byToken: SessionWay;
  readonly byId: SessionWay;
  readonly #kernel: Kernel;
  readonly #all: SessionWay[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const activity = new ActivityRecorder(kernel, SESSION_ACTIVITY);
    this.byToken = this.#add(byTokenHash(), activity);
    this.byId = this.#add(byId(), activity);
  }

  /** Stays open until all are closed. */
  open({ rows, activity }: SessionLike): SessionWay {
    return this.#add(byTokenHash(rows), new ActivityRecorder(this.#kernel, activity));
  }

  /** Connects now, before somebody else takes all connections: those of tokens only where there are tokens. */
  start(): void {
    const used = this.#kernel.bearers.isEmpty ? [this.byToken] : this.#all;
    for (const { check } of used) check.start();
  }

  /** Writes down what was used since the last time. */
  async flush(): Promise<void> {
    await Promise.all(this.#all.map(({ activity }) => activity.flush()));
  }

  /** In this order: a check that is answered may still be activity. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ check }) => check.close()));
    await Promise.all(this.#all.map(({ activity }) => activity.close()));
  }

  #add(lookup: SessionLookup, activity: ActivityRecorder): SessionWay {
    const { config, logger, metrics } = this.#kernel;
    const check = new SessionCheck({ databaseUrl: config.databaseDirectUrl, logger, metrics, lookup });
    const way = { check, activity };
    this.#all.push(way);
    return way;
  }
}
