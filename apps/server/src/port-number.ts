import { z } from 'zod';

/** A port, written as text. */
export const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'Use a whole number.')
  .transform(Number)
  .pipe(z.number().min(1, 'Use 1 or more.').max(65_535, 'Use 65535 or less.'));
