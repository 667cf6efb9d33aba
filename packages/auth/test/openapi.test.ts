import { ERRORS } from '@latchkey/contract';
import { expect, test } from 'vitest';
import { Browser } from './browser.ts';
import { createTestAuth } from './create-test-auth.ts';
import { everyModule } from './every-module.ts';

test('the OpenAPI document is the one that was agreed on', async () => {
  await using t = await createTestAuth({ ports: { modules: everyModule() } });
  const { status, body } = await new Browser(t).rest('GET', '/openapi.json');
  expect(status).toBe(200);
  await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot('openapi.snapshot.json');
});

test('each operation names its success and its failures by status', async () => {
  await using t = await createTestAuth({ ports: { modules: everyModule() } });
  const { body } = await new Browser(t).rest('GET', '/openapi.json');
  const statuses = new Set(Object.values(ERRORS).map(([status]) => String(status)));
  for (const [path, operations] of Object.entries<Record<string, { responses: object }>>(body.paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      const codes = Object.keys(responses);
      const successes = codes.filter((code) => /^20[0124]$/.test(code));
      // Only a registration may end in two ways: logged in, or with a mail.
      expect(successes, `${method} ${path}`).toHaveLength(path === '/auth/register' ? 2 : 1);
      expect(codes.filter((code) => statuses.has(code)).length, `${method} ${path}`).toBeGreaterThanOrEqual(3);
    }
  }
  expect(body.components.schemas).toHaveProperty('Error');
});

test('Swagger UI comes from the own origin', async () => {
  await using t = await createTestAuth({ ports: { modules: everyModule() } });
  const response = await fetch(`${t.url}/docs/`);
  const page = await response.text();
  expect(response.status).toBe(200);
  expect(page).not.toMatch(/https?:\/\//);
  for (const [, file] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect((await fetch(t.url + file)).status, file).toBe(200);
  }
});
