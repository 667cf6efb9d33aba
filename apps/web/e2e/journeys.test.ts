import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@latchkey/auth/testing';
import { devices, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { callsOf, clickTwiceAtOnce, fillLogin, logIn, PASSWORD, register } from './acts.ts';
import { ELSEWHERE } from './elsewhere.ts';
import { type Product, startProduct } from './product.ts';

const world: { product: Product; database: TestDatabase } = {
  product: undefined as never,
  database: undefined as never,
};

beforeAll(async () => {
  world.database = await createTestDatabase(inject('postgres'));
  world.product = await startProduct(world.database.url);
});

afterAll(async () => {
  await world.product?.[Symbol.asyncDispose]();
  await world.database?.[Symbol.asyncDispose]();
});

const openPhone = () => world.product.openDevice({ ...devices['iPhone 15'], baseURL: world.product.url });

const pathOf = (page: Page): string => new URL(page.url()).pathname;

const saying = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

test('a login elsewhere shows up by itself; ended from the first device, the second is at once at the login page and told why', async () => {
  const laptop = await world.product.openDevice();
  const phone = await openPhone();
  await register(laptop.page, 'ada@example.com', 'Ada Lovelace');
  await logIn(phone.page, 'ada@example.com');

  const rows = laptop.page.getByRole('list', { name: 'My devices' }).getByRole('listitem');
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.nth(0).textContent()).toMatch(/Chrome on Linux · (127\.0\.0\.1|::1) · active now.*this device/s);
  expect(await rows.nth(1).textContent()).toMatch(/Safari on iOS · (127\.0\.0\.1|::1) · active/);

  await laptop.page.getByRole('button', { name: 'Sign out Safari on iOS' }).click();
  await saying(laptop.page, /is signed out of your account at once/);
  const revocations = callsOf(laptop.page, 'sessions.revoke');
  await clickTwiceAtOnce(laptop.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }));
  await saying(laptop.page, 'Safari on iOS is signed out.');
  expect(revocations).toHaveLength(1);
  await expect.poll(() => rows.count()).toBe(1);

  // Nobody touches the phone.
  await phone.page.waitForURL('**/login**');
  await saying(phone.page, 'You were signed out from another device.');
  expect([...laptop.complaints, ...phone.complaints]).toEqual([]);
});

test('signing out everywhere else keeps the device in hand', async () => {
  const laptop = await world.product.openDevice();
  const phone = await openPhone();
  await register(laptop.page, 'bea@example.com');
  await logIn(phone.page, 'bea@example.com');

  await laptop.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await laptop.page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();

  await saying(laptop.page, 'You signed out of 1 other session.');
  await phone.page.waitForURL('**/login**');
  await laptop.page.reload();
  await laptop.page.getByRole('heading', { name: 'My devices' }).waitFor();
});

test('the tabs of a browser share one stream; when the one that holds it is closed, the next takes over', async () => {
  const laptop = await world.product.openDevice();
  const context = laptop.page.context();
  const streams: Page[] = [];
  context.on('request', (request) => {
    if (request.url().includes('/trpc/sessions.changes')) streams.push(request.frame().page());
  });
  await register(laptop.page, 'dan@example.com');
  await expect.poll(() => streams.length).toBe(1);
  const second = await context.newPage();
  const third = await context.newPage();
  const rowsOf = (page: Page) => page.getByRole('list', { name: 'My devices' }).getByRole('listitem');
  for (const page of [second, third]) {
    await page.goto('/sessions');
    await expect.poll(() => rowsOf(page).count()).toBe(1);
  }

  const phone = await openPhone();
  await logIn(phone.page, 'dan@example.com');
  for (const page of [laptop.page, second, third]) await expect.poll(() => rowsOf(page).count()).toBe(2);
  expect(streams).toEqual([laptop.page]);

  await laptop.page.close();
  await expect.poll(() => streams.length).toBe(2);
  await phone.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await phone.page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  for (const page of [second, third]) {
    await page.waitForURL('**/login**');
    await saying(page, 'You were signed out from another device.');
  }
});

test('while the service is away an open page says so, in all its tabs, until it is back', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using product = await startProduct(database.url);
  const { page } = await product.openDevice();
  await register(page, 'ivy@example.com');
  const other = await page.context().newPage();
  await other.goto('/account');
  await other.getByRole('heading', { name: 'My account', exact: true }).waitFor();
  await product.interrupt(async () => {
    for (const tab of [page, other]) await saying(tab, 'Connection lost. Trying again…');
  });
  for (const tab of [page, other])
    await tab.getByText('Connection lost. Trying again…').waitFor({ state: 'detached', timeout: 30_000 });
  expect(pathOf(page)).toBe('/sessions');
});

test('a logout, and a login, in one tab is one in the others', async () => {
  const { page } = await world.product.openDevice();
  await register(page, 'gil@example.com');
  const other = await page.context().newPage();
  await other.goto('/account');
  await other.getByRole('heading', { name: 'My account', exact: true }).waitFor();

  await page.getByRole('button', { name: /My menu/ }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await other.waitForURL('**/login');
  await fillLogin(other, 'gil@example.com');
  await page.waitForURL('**/sessions');
});

test('whoever is not logged in goes to the login page and comes back afterwards', async () => {
  const { page } = await world.product.openDevice();
  await register(page, 'cleo@example.com');
  await page.getByRole('button', { name: /My menu/ }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.waitForURL('**/login');

  await page.goto('/account');
  await page.waitForURL('**/login?next=%2Faccount');
  await fillLogin(page, 'cleo@example.com');

  await page.waitForURL('**/account');
  await page.goto('/login');
  await page.waitForURL('**/sessions');
});

test.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/%09/evil.example',
  '/.//evil.example',
])('after login, next=%s stays on this site', async (next) => {
  const { page } = await world.product.openDevice();
  const email = `next-${encodeURIComponent(next).replaceAll(/\W/g, '')}@example.com`;
  await register(page, email);
  await page.context().clearCookies();
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await fillLogin(page, email);
  await page.waitForURL((url) => url.pathname !== '/login');
  expect(new URL(page.url()).origin).toBe(world.product.url);
});

test('whoever is logged in goes home, and to no other site, whatever stands behind next=', async () => {
  const { page } = await world.product.openDevice();
  await register(page, 'nexus@example.com');
  for (const next of ELSEWHERE) {
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await page.waitForURL((url) => url.pathname !== '/login');
    expect(page.url(), JSON.stringify(next)).toBe(`${world.product.url}/sessions`);
  }
});

test('what is wrong with an input is said at its field, and the field gets the focus', async () => {
  const { page } = await world.product.openDevice();
  await page.goto('/register');
  await page.getByLabel('E-mail').fill('ada@');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await saying(page, 'Enter a valid e-mail address.');
  await saying(page, 'Use at least 8 characters.');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('email');

  await page.getByLabel('E-mail').fill('dora@example.com');
  await page.getByLabel('Password', { exact: true }).fill('password1');
  await page.getByRole('button', { name: 'Create account' }).click();
  await saying(page, /too easy to guess/);
});

test('an address that is taken and a wrong password are explained', async () => {
  const { page } = await world.product.openDevice();
  await register(page, 'eli@example.com');
  await page.context().clearCookies();
  await page.goto('/register');
  await page.getByLabel('E-mail').fill('eli@example.com');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('link', { name: 'Log in instead' }).click();
  await page.waitForURL('**/login**');
  await fillLogin(page, 'eli@example.com', 'not-the-password');
  await saying(page, 'Wrong e-mail or password.');
});

test('where there are tokens only, the pages say so instead of pretending to log somebody in', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const settings = { AUTH_PROVIDERS: 'jwt', TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  await using product = await startProduct(database.url, settings);
  const { page, complaints } = await product.openDevice();
  for (const path of ['/', '/login', '/register']) {
    await page.goto(path);
    await page.getByRole('heading', { name: 'This service issues tokens only' }).waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
  }
  await page.goto('/forgot-password');
  await page.getByLabel('E-mail').waitFor();
  expect(complaints).toEqual([]);
});

test('a page that does not exist says so', async () => {
  const { page } = await world.product.openDevice();
  await page.goto('/nowhere');
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.title()).toContain('Latchkey');
  expect(pathOf(page)).toBe('/nowhere');
});

test('Swagger UI shows the operations and calls them', async () => {
  const { page, complaints } = await world.product.openDevice();
  await page.goto('/docs/');
  await page.getByText('/auth/config').first().waitFor();
  await page.locator('#operations-Authentication-auth-config').getByRole('button').first().click();
  await page.getByRole('button', { name: 'Execute' }).first().click();
  await page.getByText('"idleTimeoutMinutes"').first().waitFor();
  expect(complaints).toEqual([]);
});
