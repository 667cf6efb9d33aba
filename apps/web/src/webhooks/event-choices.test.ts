import { WebhookCreateInput } from '@latchkey/contract';
import { expect, test } from 'vitest';
import { eventChoices } from './event-choices.ts';

const choices = (given: string[] = []) =>
  eventChoices(given).flatMap<{ value: string; label: string }>((group) => group.items);

test('each choice is one that the service takes, and is found by its name', () => {
  const events = choices().map(({ value }) => value);
  expect(events).toEqual(expect.arrayContaining(['*', 'token.*', 'app_token.*', 'session.revoked']));
  expect(WebhookCreateInput.safeParse({ url: 'https://example.com', events }).success).toBe(true);
  for (const { value, label } of choices()) expect(label).toContain(` · ${value}`);
});

test('what a webhook asks for already can be chosen, known here or not', () => {
  expect(choices(['custom.kind']).at(-1)).toEqual({ value: 'custom.kind', label: 'custom.kind' });
});
