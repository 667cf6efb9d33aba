import { expect, test } from 'vitest';
import type { z } from 'zod';
import { Environment } from './env.ts';

const HEADER = `# Settings

The stand-alone server reads these from its environment, and from a file \`.env\` at the root of the project for what is not set there. Whatever is wrong is listed at the start. \`createAuth()\` takes the same as an object.

| variable | default | |
|---|---|---|
`;

const defaultOf = (schema: z.ZodType): string => {
  const { success, data } = schema.safeParse(undefined);
  if (!success || data === undefined) return 'unset';
  return Array.isArray(data) && data.length === 0 ? 'empty' : `\`${String(data)}\``;
};

test('the documentation has every setting with its default', async () => {
  const rows = Object.entries(Environment.shape).map(
    ([name, schema]) => `| \`${name}\` | ${defaultOf(schema)} | ${schema.description} |`,
  );
  await expect(`${HEADER}${rows.join('\n')}\n`).toMatchFileSnapshot('../../../docs/settings.md');
});
