import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@latchkey/auth/testing';
import { arrived, createWebhookReceiver, failed } from '@latchkey/auth/testing/webhook-receiver';
import { devices, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { callsOf, clickTwiceAtOnce, heading, logIn, logInAsAdmin, press, register, saying } from './acts.ts';
import { type Device, type Product, startProduct } from './product.ts';
import { expectNoComplaints } from './world.ts';

const world: { product: Product; database: TestDatabase; admin: Device } = {
  product: undefined as never,
  database: undefined as never,
  admin: undefined as never,
};

const ROOT = 'root@example.com';

const SETTINGS = {
  WEBHOOKS: 'true',
  WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true',
  TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

beforeAll(async () => {
  world.database = await createTestDatabase(inject('postgres'));
  world.product = await startProduct(world.database.url, SETTINGS);
  world.admin = await world.product.openDevice();
  await logInAsAdmin(world.admin.page, world.database, ROOT);
});

afterAll(async () => {
  await world.product?.[Symbol.asyncDispose]();
  await world.database?.[Symbol.asyncDispose]();
});

const confirm = (page: Page, label: string) => page.getByRole('dialog').getByRole('button', { name: label }).click();

const deliveries = (page: Page) => page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem');

const shownSecret = async (page: Page): Promise<string> => {
  const dialog = page.getByRole('dialog', { name: 'The secret of the webhook' });
  return (await dialog.locator('code').textContent()) ?? '';
};

/** Creates a webhook in the page, and answers its secret. */
const createWebhook = async (page: Page, url: string, description: string): Promise<string> => {
  await page.goto('/admin/webhooks');
  await press(page, 'New webhook');
  const dialog = page.getByRole('dialog', { name: 'New webhook' });
  await dialog.getByLabel('Address').fill(url);
  await dialog.getByLabel('Description (optional)').fill(description);
  await press(page, 'Create the webhook');
  const secret = await shownSecret(page);
  await press(page, 'I have it');
  await heading(page, description);
  return secret;
};

/** What else has happened is sent as well. */
const testMessage = (page: Page) => deliveries(page).filter({ hasText: 'Test message' }).first();

test('an administrator creates a webhook, sees its secret once, and a test message arrive', async () => {
  await using receiver = await createWebhookReceiver();
  const { page } = world.admin;
  await page.goto('/admin');
  await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Webhooks' }).click();
  await saying(page, 'Nobody is told yet');
  await press(page, 'New webhook');
  await page.getByRole('dialog').getByLabel('Address').fill('example.com/hook');
  await press(page, 'Create the webhook');
  await saying(page, /Use an https address/);
  await press(page, 'Cancel');

  const secret = await createWebhook(page, receiver.url, 'Billing');
  expect(secret).toMatch(/^whsec_/);
  await page.reload();
  await heading(page, 'Billing');
  expect(await page.content()).not.toContain(secret);

  const tests = callsOf(page, 'webhooks.test');
  await clickTwiceAtOnce(page.getByRole('button', { name: 'Send a test' }));
  await deliveries(page).filter({ hasText: 'Test message' }).filter({ hasText: 'delivered' }).waitFor();
  expect(tests).toHaveLength(1);
  await expect.poll(() => receiver.received.map(({ body }) => body.type)).toContain('webhook.test');
  await testMessage(page).getByRole('button', { name: 'Details' }).click();
  await saying(page, '"type": "webhook.test"');
  await saying(page, 'Nothing but the status.');
  expectNoComplaints(world.admin);
});

test('what went wrong is told with request and answer, and is sent again, one and all since a time', async () => {
  await using receiver = await createWebhookReceiver(failed);
  const { page } = world.admin;
  await createWebhook(page, receiver.url, 'Archive');
  await press(page, 'Send a test');
  await deliveries(page).filter({ hasText: 'given up' }).filter({ hasText: 'answered 500' }).waitFor();
  await testMessage(page).getByRole('button', { name: 'Details' }).click();
  await saying(page, 'Out of paper');

  receiver.answer = arrived;
  const replays = callsOf(page, 'webhooks.deliveries.replay');
  await clickTwiceAtOnce(testMessage(page).getByRole('button', { name: 'Send again' }));
  await saying(page, 'It is sent again.');
  expect(replays).toHaveLength(1);
  await deliveries(page).filter({ hasText: 'Test message' }).filter({ hasText: 'delivered' }).waitFor();

  await press(page, 'Send again since…');
  await page.getByLabel('Since', { exact: true }).fill('2100-01-01T00:00');
  await confirm(page, 'Send again');
  await saying(page, 'Choose an instant in the past.');
  await page.getByLabel('Since', { exact: true }).fill('2026-01-01T00:00');
  await confirm(page, 'Send again');
  await saying(page, /\d+ events are sent again/);
  await deliveries(page).filter({ hasText: 'Registration' }).filter({ hasText: 'delivered' }).waitFor();
  expect(receiver.received.map(({ body }) => body.type)).toContain('user.registered');

  await page.getByLabel('State').selectOption('Given up');
  await saying(page, 'Nothing is in this state');
  expectNoComplaints(world.admin);
});

test('a webhook is changed, given a new secret, disabled, enabled and deleted; the audit log says by whom', async () => {
  await using receiver = await createWebhookReceiver();
  const { page } = world.admin;
  const secret = await createWebhook(page, receiver.url, 'Search');

  await page.getByRole('combobox', { name: 'Events' }).click();
  await page.getByRole('option', { name: 'All about users' }).click();
  await page.keyboard.press('Escape');
  await page.getByLabel('Description (optional)').fill('Search index');
  await press(page, 'Save');
  await saying(page, 'The webhook is saved.');
  await heading(page, 'Search index');

  await press(page, 'New secret…');
  await confirm(page, 'Create a new secret');
  const next = await shownSecret(page);
  expect(next).toMatch(/^whsec_/);
  expect(next).not.toBe(secret);
  await press(page, 'I have it');
  await saying(page, /signs as well. It stops/);

  await press(page, 'Disable…');
  await confirm(page, 'Disable');
  await saying(page, 'An administrator disabled it: nothing is sent.');
  expect(await page.getByRole('button', { name: 'Send a test' }).isDisabled()).toBe(true);
  await press(page, 'Enable');
  await saying(page, 'Events are sent as they happen.');

  await page.goto('/admin/webhooks');
  await page
    .getByRole('row', { name: /Search index/ })
    .filter({ hasText: 'All about users' })
    .waitFor();
  await page.getByRole('link', { name: 'Search index' }).click();
  await press(page, 'Delete…');
  await saying(page, 'This cannot be taken back');
  await confirm(page, 'Delete the webhook');
  await page.waitForURL('**/admin/webhooks');
  await heading(page, 'Webhooks');
  await saying(page, 'Search index is deleted.');
  await expect.poll(() => page.getByRole('row', { name: /Search index/ }).count()).toBe(0);
  await page.goBack();
  await heading(page, 'No such webhook');

  await page.goto('/admin/events');
  const { host } = new URL(receiver.url);
  for (const act of ['deleted', 'disabled', 'enabled', 'gave', 'created a webhook to']) {
    await page
      .getByRole('listitem')
      .filter({ hasText: `${ROOT} ${act}` })
      .filter({ hasText: host })
      .first()
      .waitFor();
  }
  expectNoComplaints(world.admin);
});

test('by keyboard alone, on a phone in dark colours', async () => {
  await using receiver = await createWebhookReceiver();
  const phone = await world.product.openDevice({
    ...devices['iPhone 15'],
    baseURL: world.product.url,
    colorScheme: 'dark',
  });
  const { page } = phone;
  await logIn(page, ROOT);
  await page.goto('/admin/webhooks');
  await page.getByRole('button', { name: 'New webhook' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('input[type=url]:focus').waitFor();
  await page.keyboard.type(receiver.url);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'The secret of the webhook' }).waitFor();
  await page.getByRole('button', { name: 'I have it' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/webhooks/*');
  await page.getByRole('button', { name: 'Send a test' }).focus();
  await page.keyboard.press('Enter');
  await deliveries(page).filter({ hasText: 'delivered' }).waitFor();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  expectNoComplaints(phone);
});

test('where the module is off there is no such page, and nobody but administrators gets in', async () => {
  const user = await world.product.openDevice();
  await register(user.page, 'fay@example.com');
  await user.page.goto('/admin/webhooks');
  await saying(user.page, 'This page is for administrators');

  await using database = await createTestDatabase(inject('postgres'));
  await using plain = await startProduct(database.url);
  const { page } = await plain.openDevice();
  await logInAsAdmin(page, database, ROOT);
  await page.goto('/admin');
  const parts = page.getByRole('navigation', { name: 'Administration' });
  await parts.getByRole('link', { name: 'Users' }).waitFor();
  expect(await parts.getByRole('link', { name: 'Webhooks' }).count()).toBe(0);
  await page.goto('/admin/webhooks');
  await saying(page, 'There is no door here');
});
