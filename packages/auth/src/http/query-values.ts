import { z } from 'zod';

type JsonType = 'string' | 'number' | 'boolean';

/** The JSON type of each field of an input. */
export type FieldTypes = Record<string, JsonType>;

const NUMBER = /^-?\d+(\.\d+)?$/;

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
 */
export const parseQuery = (search: string, types: FieldTypes): Record<string, unknown> => {
  const params = new URLSearchParams(search);
  const input: Record<string, unknown> = {};
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    const value = values.length === 1 ? coerce(values[0] ?? '', types[name]) : values;
    Object.defineProperty(input, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return input;
};

const coerce = (text: string, type: JsonType | undefined): unknown => {
  if (type === 'number' && NUMBER.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};
