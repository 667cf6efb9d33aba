import type { Clock } from '../src/clock.ts';

/** A clock that a test winds on. */
export class TestClock implements Clock {
  #offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  wind(seconds: number): void {
    this.#offsetMs += seconds * 1000;
  }
}
