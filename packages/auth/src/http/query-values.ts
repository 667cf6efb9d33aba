import { z } from 'zod';
import { AuthError } from '../kernel/auth-error.ts';

type JsonType = 'string' | 'number' | 'boolean';

/** The JSON type of each field of an input. */
export type FieldTypes = Record<string, JsonType>;

const NUMBER = /^-?\d+(\.\d+)?$/;

/** No operation has as many fields; more of them only cost time. */
const MAX_PARAMETERS = 50;

/** Reads the types off a schema, without touching it. */
export const fieldTypesOf = (schema: z.ZodType): FieldTypes => {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, jsonTypeOf(property)]));
};

const jsonTypeOf = (property: unknown): JsonType => {
  const type = typeof property === 'object' && property !== null && 'type' in property ? property.type : undefined;
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'boolean' ? 'boolean' : 'string';
};

/**
 * Turns `?limit=5&banned=true` into `{ limit: 5, banned: true }`. What does not look like its type is passed
 * on as the text it is, and a name that is said twice as a list, for the schema to refuse.
 * @throws AuthError BAD_REQUEST for more parameters than any operation takes
 */
export const parseQuery = (search: string, types: FieldTypes): Record<string, unknown> => {
  const given = new Map<string, unknown>();
  let count = 0;
  for (const [name, text] of new URLSearchParams(search)) {
    count += 1;
    if (count > MAX_PARAMETERS) throw new AuthError('BAD_REQUEST', { message: 'The address has too many parameters.' });
    given.set(name, given.has(name) ? [given.get(name), text] : coerce(text, types[name]));
  }
  return Object.fromEntries(given);
};

const coerce = (text: string, type: JsonType | undefined): unknown => {
  if (type === 'number' && NUMBER.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};
