const MAX_PAUSE_MS = 60_000;

/** nodemailer's words for "this mail, or this recipient, was refused": the mail server is there and well. */
const ABOUT_ONE_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

/**
 * Tells when to leave a mail server alone: each try costs a hash, and a server that is away for an hour must not take
 * the processors from those who log in.
 */
export class SendPause {
  #failures = 0;
  #until = 0;

  /** How many mails may be tried at once: while there is trouble one finds out whether it is over. */
  allowed(concurrency: number, now: number): number {
    if (now < this.#until) return 0;
    return this.#failures === 0 ? concurrency : 1;
  }

  noteSuccess(): void {
    this.#failures = 0;
    this.#until = 0;
  }

  noteFailure(error: unknown, now: number): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (ABOUT_ONE_MAIL.has(code)) return;
    this.#failures += 1;
    this.#until = now + Math.min(1000 * 2 ** (this.#failures - 1), MAX_PAUSE_MS);
  }
}
