import { z } from 'zod';

/** An option of the library, written as text. */
export const numberFor = (option: z.ZodDefault<z.ZodNumber>) =>
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, 'Use a number.')
    .transform(Number)
    .pipe(option.unwrap())
    .default(option.parse(undefined))
    .describe(option.description ?? '');

/** Separated by commas. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

export const flagFor = (option: z.ZodDefault<z.ZodBoolean>) =>
  z
    .enum(['true', 'false'], 'Use true or false.')
    .transform((text) => text === 'true')
    .default(option.parse(undefined))
    .describe(option.description ?? '');

export const flag = z
  .enum(['true', 'false'], 'Use true or false.')
  .transform((text) => text === 'true')
  .default(false);

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A number and its unit, as in `15m`. */
export const durationFor = (option: z.ZodDefault<z.ZodNumber>, text: string) =>
  z
    .string()
    .regex(/^\d{1,9}[smhd]$/, 'Use a number and s, m, h or d, for example 15m.')
    .default(text)
    .transform((given) => Number.parseInt(given, 10) * (UNITS[given.slice(-1)] ?? 1))
    .pipe(option.unwrap())
    .describe(`${option.description} The default is written \`${text}\`; units are s, m, h and d.`);

/** Not below zero, written as text. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'Use a whole number.')
  .transform(Number);

export const portNumber = wholeNumber.pipe(z.number().min(1, 'Use 1 or more.').max(65_535, 'Use 65535 or less.'));
