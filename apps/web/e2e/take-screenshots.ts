import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@latchkey/server/embedded-postgres';
import { Client } from 'pg';
import { devices, type Page } from 'playwright-core';
import { fillLogin, logIn, register } from './acts.ts';
import { startProduct } from './product.ts';

const IMAGES = join(import.meta.dirname, '../../../docs/images');

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

const keep = (page: Page, name: string) =>
  page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled' });

/** Takes the pictures of the documentation from the running product. */
const takeScreenshots = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-screenshots-'));
  const postgres = await startEmbeddedPostgres({ folder, isDisposable: true });
  await mkdir(IMAGES, { recursive: true });
  try {
    await using product = await startProduct(postgres.url);
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
    await desk.page.getByText('This session was ended from another device.').waitFor();
    await keep(desk.page, 'session-ended');

    await fillLogin(desk.page, 'ada@example.com');
    await makeAdmin(postgres.url, 'ada@example.com');
    for (const name of ['grace', 'alan', 'edsger', 'barbara']) {
      const guest = await product.openDevice();
      await register(guest.page, `${name}@example.com`);
    }
    await takeScreenshotsOfAdministration(laptop.page);

    await laptop.page.goto('/docs/');
    await laptop.page.getByText('/auth/sessions/{id}').waitFor();
    await keep(laptop.page, 'swagger-ui');
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
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
  await page.getByText('banned and logged out').waitFor({ state: 'detached' });

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

const makeAdmin = async (url: string, email: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`update auth."user" set role = 'admin' where email = $1`, [email]);
  await client.end();
};

await takeScreenshots();
