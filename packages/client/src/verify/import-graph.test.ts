import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const IMPORT = /^(?:import|export)\s+(?!type\b)[^'";]*?from\s*'([^']+)'/gm;

/** Everything that is loaded at run time with a file. */
const graphOf = (file: string, seen = new Set<string>()): Set<string> => {
  seen.add(file);
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const found = target.startsWith('.') ? join(dirname(file), target) : target;
    if (seen.has(found)) continue;
    if (found === target) seen.add(found);
    else graphOf(found, seen);
  }
  return seen;
};

test('the verifier loads jose and nothing else', () => {
  const graph = [...graphOf(join(import.meta.dirname, 'index.ts'))];
  expect(graph.filter((name) => !name.startsWith('/'))).toEqual(['jose']);
  expect(graph.length).toBeGreaterThan(8);
});
