import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrived, createWebhookReceiver, failed, type WebhookReceiver } from '@latchkey/auth/testing/webhook-receiver';
import { startEmbeddedPostgres } from '@latchkey/server/embedded-postgres';
import { Client } from 'pg';
import { devices, type Page } from 'playwright-core';
import { fillLogin, heading, logIn, press, register } from './acts.ts';
import { startProduct } from './product.ts';

const IMAGES = join(import.meta.dirname, '../../../docs/images');

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

const keep = (page: Page, name: string) =>
  page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled' });

/** Brings a part of a long page into the picture, with some space above its heading. */
const scrollBelow = (page: Page, name: string, space: number) =>
  page
    .getByRole('heading', { name, exact: true })
    .evaluate((part, above) => window.scrollBy(0, part.getBoundingClientRect().top - above), space);

/** Takes the pictures of the documentation from the running product. */
const takeScreenshots = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-screenshots-'));
  const postgres = await startEmbeddedPostgres({ folder, isDisposable: true });
  await mkdir(IMAGES, { recursive: true });
  try {
    await using receiver = await createWebhookReceiver();
    await using product = await startProduct(postgres.url, {
      WEBHOOKS: 'true',
      WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true',
      TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    });
    const laptop = await product.openDevice({ viewport: { width: 1200, height: 720 } });
    await laptop.page.goto('/login');
    await laptop.page.getByLabel('E-mail').waitFor();
    await keep(laptop.page, 'login');
    await laptop.page.getByRole('link', { name: 'Forgot your password?' }).click();
    await laptop.page.getByLabel('E-mail').fill('ada@example.com');
    await laptop.page.getByRole('button', { name: 'Send me a mail' }).click();
    await laptop.page.getByText('a mail is on its way').waitFor();
    await keep(laptop.page, 'forgot-password');
    await laptop.page.getByRole('link', { name: 'enter its code' }).click();
    await laptop.page.getByText('At least 8 characters').waitFor();
    await keep(laptop.page, 'reset-password');
    await register(laptop.page, 'ada@example.com', 'Ada Lovelace');
    await laptop.page.goto('/account');
    await laptop.page.getByText('At least 8 characters').waitFor();
    await keep(laptop.page, 'account');
    await makeAppTokens(laptop.page, product.url);
    await laptop.page.goto('/sessions');

    const phone = await product.openDevice({ ...devices['iPhone 15'], baseURL: product.url, colorScheme: 'dark' });
    await logIn(phone.page, 'ada@example.com');
    const desk = await product.openDevice({ userAgent: FIREFOX });
    await logIn(desk.page, 'ada@example.com');
    await laptop.page.reload();
    await laptop.page.getByText('Firefox on Windows').waitFor();
    await keep(laptop.page, 'devices');
    await phone.page.reload();
    await phone.page.getByText('Firefox on Windows').waitFor();
    await keep(phone.page, 'devices-phone-dark');

    await laptop.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await laptop.page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
    await laptop.page.getByText('You signed out of').waitFor();
    await desk.page.reload();
    await desk.page.getByText('You were signed out from another device.').waitFor();
    await keep(desk.page, 'session-ended');

    await fillLogin(desk.page, 'ada@example.com');
    await makeAdmin(postgres.url, 'ada@example.com');
    for (const name of ['grace', 'alan', 'edsger', 'barbara']) {
      const guest = await product.openDevice();
      await register(guest.page, `${name}@example.com`);
    }
    await takeScreenshotsOfAdministration(laptop.page);
    await takeScreenshotsOfWebhooks(laptop.page, receiver);

    await takeScreenshotOfAppTokens(laptop.page);

    await laptop.page.goto('/docs/');
    await laptop.page.getByText('/auth/sessions/{id}').waitFor();
    await keep(laptop.page, 'swagger-ui');
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Two tokens, one of which was used. */
const makeAppTokens = async (page: Page, url: string): Promise<void> => {
  const token = await createAppToken(page, 'Nightly backup', ['Read my profile', 'Use the services behind this login']);
  await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  await createAppToken(page, 'Status board', ['List my sessions']);
};

const takeScreenshotOfAppTokens = async (page: Page): Promise<void> => {
  await page.goto('/account');
  // A use is written down about once a minute.
  while (!(await page.getByText('last used').isVisible())) {
    await page.waitForTimeout(5000);
    await page.reload();
    await page.getByText('Status board').waitFor();
  }
  await scrollBelow(page, 'App tokens', 200);
  await keep(page, 'app-tokens');
};

/** Makes a token in the page, and answers it. */
const createAppToken = async (page: Page, name: string, scopes: string[]): Promise<string> => {
  await press(page, 'Create an app token');
  const form = page.getByRole('dialog', { name: 'Create an app token' });
  await form.getByLabel('Name').fill(name);
  for (const scope of scopes) await form.getByLabel(scope).check();
  await form.getByRole('button', { name: 'Create token' }).click();
  const token = await page.getByRole('textbox', { name: 'Your new token' }).textContent();
  await press(page, 'I have copied it');
  await form.waitFor({ state: 'detached' });
  return token ?? '';
};

const takeScreenshotsOfAdministration = async (page: Page): Promise<void> => {
  await page.goto('/admin');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByRole('dialog').getByLabel('E-mail').fill('margaret@example.com');
  await page.getByRole('dialog').getByLabel('Name').fill('Margaret Hamilton');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await page.getByText('margaret@example.com is invited').waitFor();

  await page.getByRole('link', { name: 'alan@example.com' }).click();
  await page.getByRole('button', { name: 'Ban…' }).click();
  await page.getByLabel('Reason').fill('Spam in three rooms');
  await page.getByRole('dialog').getByRole('button', { name: 'Ban', exact: true }).click();
  await page.getByText('Banned for good').waitFor();
  await page.getByText('banned and signed out').waitFor({ state: 'detached' });

  await page.goto('/admin');
  await page.getByText('Margaret Hamilton').waitFor();
  await keep(page, 'admin');
  await page.getByRole('link', { name: 'alan@example.com' }).click();
  await page.getByRole('list', { name: /Latest events/ }).waitFor();
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1200, height: 1860 });
  await keep(page, 'admin-user');
  if (size !== null) await page.setViewportSize(size);
  await page.goto('/admin/events');
  await page.getByRole('list', { name: 'Events', exact: true }).waitFor();
  await keep(page, 'audit-log');
};

const takeScreenshotsOfWebhooks = async (page: Page, receiver: WebhookReceiver): Promise<void> => {
  await makeWebhook(page, 'https://search.example.com/hooks/latchkey', 'Search index', 'All about users');
  await press(page, 'Disable…');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await page.getByText('Search index is disabled.').waitFor();
  await makeWebhook(page, receiver.url, 'Billing');
  await press(page, 'Send again since…');
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
  const deliveries = page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem');
  await deliveries.filter({ hasText: 'Registration' }).filter({ hasText: 'delivered' }).first().waitFor();
  await deliveries.filter({ hasText: 'waiting' }).first().waitFor({ state: 'detached' });
  receiver.answer = failed;
  await press(page, 'Send a test');
  await deliveries.filter({ hasText: 'answered 500' }).waitFor();
  receiver.answer = arrived;
  await page.getByText(/events are sent/).waitFor({ state: 'detached' });
  await deliveries.first().getByRole('button', { name: 'Details' }).click();
  await page.getByText('Out of paper').waitFor();
  await scrollBelow(page, 'Deliveries', 48);
  await keep(page, 'webhook');
  await page.goto('/admin/webhooks');
  await page.getByRole('row', { name: /Search index/ }).waitFor();
  await keep(page, 'webhooks');
};

const makeWebhook = async (page: Page, url: string, description: string, events?: string): Promise<void> => {
  await page.goto('/admin/webhooks');
  await press(page, 'New webhook');
  const dialog = page.getByRole('dialog', { name: 'New webhook' });
  await dialog.getByRole('textbox', { name: 'Address' }).fill(url);
  await dialog.getByLabel('Description (optional)').fill(description);
  if (events !== undefined) {
    await dialog.getByRole('combobox', { name: 'Events' }).click();
    await page.getByRole('option', { name: events }).click();
    await dialog.getByLabel('Description (optional)').focus();
  }
  await press(page, 'Create the webhook');
  await press(page, 'I have it');
  await heading(page, description);
};

const makeAdmin = async (url: string, email: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`update auth."user" set role = 'admin' where email = $1`, [email]);
  await client.end();
};

await takeScreenshots();
