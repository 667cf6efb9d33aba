import { hash, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock } from './ports.ts';

/** 32 random bytes in base64url without padding. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Tells whether a string has the form of a session token; says nothing about who issued it. */
export const isToken = (value: string): boolean => TOKEN.test(value);

/** Crockford's base 32: no I, L, O or U, which are easily taken for something else. */
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The largest multiple of 62 that a byte holds: what is above it would favour the first characters. */
const FAIR_BYTES = 248;

/** A number that is not negative, in base 62; with zeros in front up to the length. */
export const toBase62 = (value: number, length: number): string => {
  const digits = value === 0 ? '' : toBase62(Math.floor(value / 62), 0) + BASE62[value % 62];
  return digits.padStart(length, '0');
};

/** A code as it was made, however somebody typed it: in any case, with spaces and dashes, O for 0, I and L for 1. */
export const normalizeCode = (typed: string): string =>
  typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');

/** In two groups, as it is easier to read and to type. */
export const formatCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What is stored of a token: its SHA-256 in hexadecimal. Tokens have more than 160 bits of entropy, so it needs no salt. */
export const hashToken = (token: string): string => hash('sha256', token, 'hex');

const MAX_SEQUENCE = 0xffff_ffff;

/** The one source of randomness: tokens, ids, trace ids. */
export class Secrets {
  readonly #clock: Clock;
  readonly #random: (size: number) => Buffer;
  #traceBytes: Buffer = Buffer.alloc(0);
  #lastId = { msecs: 0, seq: 0 };

  constructor(clock: Clock, random: (size: number) => Buffer = randomBytes) {
    this.#clock = clock;
    this.#random = random;
  }

  /** 256 random bits, opaque (OWASP ASVS 7.2.3 asks for 128). */
  createToken(): string {
    return this.#random(32).toString('base64url');
  }

  /** 40 random bits in eight characters, for people to type; for use with a limit of attempts and a slow hash. */
  createCode(): string {
    return Array.from(this.#random(8), (byte) => CODE_LETTERS[byte % CODE_LETTERS.length]).join('');
  }

  /** Random digits of base 62, letters and digits that a double click selects: almost six bits each. */
  createBase62(length: number): string {
    let text = '';
    while (text.length < length) {
      const fair = this.#random(length).filter((byte) => byte < FAIR_BYTES);
      text += Array.from(fair, (byte) => BASE62[byte % 62]).join('');
    }
    return text.slice(0, length);
  }

  /** 128 random bits in hexadecimal. */
  createSalt(): string {
    return this.#random(16).toString('hex');
  }

  /**
   * A UUID v7 (RFC 9562 §5.7): sorts by the time it was made, those of one millisecond in the order in which they
   * were made (§6.2, method 1).
   */
  createId(): string {
    const msecs = this.#clock.now().getTime();
    const random = this.#random(16);
    const isNext = msecs === this.#lastId.msecs && this.#lastId.seq < MAX_SEQUENCE;
    const seq = isNext ? this.#lastId.seq + 1 : random.readUInt32BE(0) >>> 1;
    this.#lastId = { msecs, seq };
    return v7({ msecs, seq, random });
  }

  /**
   * A trace id as W3C Trace Context has it: 32 hexadecimal digits. It is no secret and each request needs one, so
   * its randomness is drawn for many at a time.
   */
  createTraceId(): string {
    if (this.#traceBytes.length < 16) this.#traceBytes = this.#random(4096);
    const id = this.#traceBytes.toString('hex', 0, 16);
    this.#traceBytes = this.#traceBytes.subarray(16);
    return id;
  }
}
