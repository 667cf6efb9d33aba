import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventType } from '@latchkey/contract';
import { expect, test } from 'vitest';

const page = readFileSync(join(import.meta.dirname, '../../../docs/events.md'), 'utf8');

test('the page on events has a row for each kind, and for no other', () => {
  const documented = [...page.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \|/gm)].map(([, type]) => type);
  expect(documented.toSorted()).toEqual(EventType.options.toSorted());
});
