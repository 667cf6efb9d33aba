import { z } from 'zod';

/**
 * Text on one line: no control characters (NUL breaks PostgreSQL, CR and LF break mail headers),
 * no lone surrogates, no line separators and no bidirectional overrides (they disguise text).
 */
const SINGLE_LINE = /^[^\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]*$/u;

export const singleLine = () => z.string().regex(SINGLE_LINE, 'Control characters are not allowed.');

const codePoints = (value: string) => [...value].length;

/** Length in code points, so that a letter outside the Basic Multilingual Plane counts as one. */
export const textOfLength = (min: number, max: number) =>
  z
    .string()
    .refine((value) => value.length <= max * 2 && codePoints(value) <= max, `Use at most ${max} characters.`)
    .refine(
      (value) => codePoints(value) >= min,
      min === 1 ? 'This field is required.' : `Use at least ${min} characters.`,
    )
    .refine((value) => value.isWellFormed(), 'This is not valid Unicode text.')
    .meta({ minLength: min, maxLength: max });

/** An instant that a calendar and the database know: an offset must not carry it out of the years of four digits. */
export const Instant = z.iso
  .datetime({ offset: true, error: 'Use an instant such as 2026-12-01T00:00:00Z.' })
  .refine((text) => {
    const year = new Date(text).getUTCFullYear();
    return year >= 1970 && year <= 9998;
  }, 'Use a year from 1970 to 9998.');
