import { z } from 'zod';
import { singleLine } from './text.ts';

/** The two fields that every list takes. */
export const pageInput = {
  limit: z
    .number('Use a whole number from 1 to 100.')
    .int('Use a whole number from 1 to 100.')
    .min(1, 'Use a whole number from 1 to 100.')
    .max(100, 'Use a whole number from 1 to 100.')
    .default(20),
  cursor: singleLine().max(512).optional().meta({ description: 'The nextCursor of the page before.' }),
};

/** What every list answers. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
  });

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
