import { setTimeout as delay } from 'node:timers/promises';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Mailer, MailMessage } from '../../kernel/ports.ts';
import { MailEntity } from './mail.entity.ts';
import type { DueMail, MailRepository } from './mail.repository.ts';
import { SendPause } from './send-pause.ts';
import { type PreparedMail, renderMail } from './templates.ts';

/** Completes a mail at the moment of sending, with secrets that were stored nowhere before; null: it is not wanted any more. */
export type PrepareMail = (mail: DueMail) => Promise<PreparedMail | null>;

/** How many are sent at once: a hanging mail server holds these, and nothing else. */
const CONCURRENCY = 4;

/** For what another instance or a crash left behind. */
const POLL_MS = 3000;
const HOUSEKEEPING_MS = 60_000;

/** Longer than any attempt may take. */
const LEASE_SECONDS = 120;
const GIVE_UP_HOURS = 24;
const KEEP_DAYS = 7;
/** More than a busy minute sends. */
const PURGE_BATCH = 5000;
const CLOSE_MS = 2000;

const MAX_BACK_OFF_SECONDS = 300;

/** Twice as long each time. */
const backOffSeconds = (attempts: number): number => Math.min(2 ** (attempts - 1), MAX_BACK_OFF_SECONDS);

/** Sends what is in the outbox. Any number of instances may do so at once. */
export class MailDispatcher {
  readonly #kernel: Kernel;
  readonly #prepare: PrepareMail;
  readonly #workers = new Set<Promise<void>>();
  readonly #pause = new SendPause();
  #wakes = 0;
  #keptHouseAt = Number.NEGATIVE_INFINITY;
  #poll: NodeJS.Timeout | null = null;
  #isWorking = false;

  constructor(kernel: Kernel, prepare: PrepareMail) {
    this.#kernel = kernel;
    this.#prepare = prepare;
  }

  start(): void {
    const { logger, mailer } = this.#kernel;
    if (mailer === null)
      logger.warn({}, 'There is no mail server: mails wait, and are given up after 24 hours. Set mail.url or a mailer');
    this.#isWorking = true;
    this.#poll = setInterval(() => {
      void this.#keepHouse();
      this.wake();
    }, POLL_MS).unref();
  }

  /** There may be something to send. Nobody waits for it. */
  wake(): void {
    this.#wakes += 1;
    const { mailer } = this.#kernel;
    if (mailer === null || !this.#mayWork(this.#workers.size + 1)) return;
    const worker = this.#work(mailer)
      .catch((error: unknown) => this.#kernel.logger.warn({ err: error }, 'The outbox of mails could not be read'))
      .finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  /** Lets what is being sent finish, but not for ever: the lease brings it back after the next start. */
  async close(): Promise<void> {
    this.#isWorking = false;
    if (this.#poll !== null) clearInterval(this.#poll);
    await Promise.race([Promise.all(this.#workers), delay(CLOSE_MS, undefined, { ref: false })]);
  }

  #mayWork(workers: number): boolean {
    return this.#isWorking && workers <= this.#pause.allowed(CONCURRENCY, performance.now());
  }

  /** Until there is nothing left, and nobody has called meanwhile. */
  async #work(mailer: Mailer): Promise<void> {
    while (this.#mayWork(this.#workers.size)) {
      const wakes = this.#wakes;
      const due = { leaseSeconds: LEASE_SECONDS, giveUpHours: GIVE_UP_HOURS };
      const mail = await this.#mails((mails) => mails.takeDue(due));
      if (mail !== null) await this.#deliver(mail, mailer);
      else if (wakes === this.#wakes) return;
    }
  }

  async #deliver(mail: DueMail, mailer: Mailer): Promise<void> {
    try {
      const prepared = await this.#prepare(mail);
      if (prepared === null) return await this.#mails((mails) => mails.drop(mail.id));
      await this.#send(renderMail(prepared, this.#kernel.config), mailer);
      await this.#mails((mails) => mails.markSent(mail.id));
    } catch (error) {
      await this.#postpone(mail, error);
    }
  }

  async #send(message: MailMessage, mailer: Mailer): Promise<void> {
    try {
      await this.#kernel.tracer.operation('mail.send', null, () => mailer.send(message));
      this.#kernel.metrics.mail('sent');
      this.#pause.noteSuccess();
    } catch (error) {
      this.#pause.noteFailure(error, performance.now());
      throw error;
    }
  }

  async #postpone({ id, template, attempts }: DueMail, error: unknown): Promise<void> {
    const retryInSeconds = backOffSeconds(attempts);
    this.#kernel.metrics.mail('postponed');
    this.#kernel.logger.warn({ mailId: id, template, attempts, retryInSeconds, ...describe(error) }, 'A mail waits');
    await this.#mails((mails) => mails.postpone(id, retryInSeconds));
  }

  async #keepHouse(): Promise<void> {
    const { logger, mailer, metrics } = this.#kernel;
    if (!this.#isWorking || performance.now() - this.#keptHouseAt < HOUSEKEEPING_MS) return;
    this.#keptHouseAt = performance.now();
    try {
      const failed = await this.#mails((mails) => mails.failOverdue(GIVE_UP_HOURS));
      for (const _ of failed) metrics.mail('given_up');
      if (mailer === null && failed.length > 0) logger.warn({ mails: failed.length }, 'Mails were given up: no server');
      else for (const mail of failed) logger.error({ mail }, `A mail could not be sent for ${GIVE_UP_HOURS} hours`);
      await this.#mails((mails) => mails.purge(KEEP_DAYS, PURGE_BATCH));
    } catch (error) {
      logger.warn({ err: error }, 'The outbox of mails could not be tidied');
    }
  }

  #mails<T>(work: (mails: MailRepository) => Promise<T>): Promise<T> {
    return this.#kernel.database.write(({ em }) => work(em.getRepository(MailEntity)));
  }
}

/** Codes only: a mail server that refuses a mail may quote it, link and all. */
const describe = (error: unknown): object => {
  if (error instanceof AuthError) return { reason: error.code };
  if (!(error instanceof Error)) return { reason: 'unknown' };
  const { code, responseCode, command } = error as Error & {
    code?: unknown;
    responseCode?: unknown;
    command?: unknown;
  };
  return { reason: error.name, code, responseCode, command };
};
