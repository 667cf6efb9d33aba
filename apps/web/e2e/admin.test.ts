import { createTestDatabase, type TestDatabase } from '@latchkey/auth/testing';
import { devices, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { fillLogin, logIn, logInAsAdmin, PASSWORD, register } from './acts.ts';
import { type Device, type Product, startProduct } from './product.ts';

const world: { product: Product; database: TestDatabase; admin: Device } = {
  product: undefined as never,
  database: undefined as never,
  admin: undefined as never,
};

const ROOT = 'root@example.com';

beforeAll(async () => {
  world.database = await createTestDatabase(inject('postgres'));
  world.product = await startProduct(world.database.url);
  world.admin = await world.product.openDevice();
  await logInAsAdmin(world.admin.page, world.database, ROOT);
});

afterAll(async () => {
  await world.product?.[Symbol.asyncDispose]();
  await world.database?.[Symbol.asyncDispose]();
});

const openPhone = () => world.product.openDevice({ ...devices['iPhone 15'], baseURL: world.product.url });

const saying = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** A page of the administrator's own for each journey. */
const openAdminPage = async (path: string): Promise<Page> => {
  const page = await world.admin.page.context().newPage();
  page.on('pageerror', (error) => world.admin.complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      world.admin.complaints.push(message.text());
  });
  await page.goto(path);
  return page;
};

const openUser = async (email: string): Promise<Page> => {
  const page = await openAdminPage(`/admin?search=${encodeURIComponent(email)}`);
  await page.getByRole('row', { name: email }).getByRole('link').click();
  await page.waitForURL('**/admin/users/*');
  await page.getByRole('heading', { name: 'Latest events' }).waitFor();
  return page;
};

const confirm = (page: Page, label: string) => page.getByRole('dialog').getByRole('button', { name: label }).click();

const eventsOf = (page: Page, label: string | RegExp = 'Events') =>
  page.getByRole('list', { name: label }).getByRole('listitem');

test('an administrator finds a user and ends their session; others do not get in', async () => {
  const user = await openPhone();
  await register(user.page, 'fay@example.com', 'Fay Wray');
  for (const path of ['/admin', '/admin/events']) {
    await user.page.goto(path);
    await saying(user.page, 'This page is for administrators');
  }

  const page = await openAdminPage('/admin');
  await page.getByLabel('Search by e-mail or name').fill('wray');
  // Before that the list is about to change under the pointer.
  await page.waitForURL(/search=wray/);
  await page.getByRole('link', { name: /Fay Wray/ }).click();
  await page.waitForURL('**/admin/users/*');
  await page.getByRole('button', { name: 'Sign out Safari on iOS' }).click();
  await confirm(page, 'Sign out');
  await saying(page, /is signed out/);

  await user.page.waitForURL('**/login**');
  await saying(user.page, 'You were signed out by an administrator.');
  await eventsOf(page, /Latest events/)
    .filter({ hasText: `${ROOT} ended a session of fay@example.com (Safari on iOS)` })
    .waitFor();
  expect([...world.admin.complaints, ...user.complaints]).toEqual([]);
});

test('users are found by role and state, and the filter survives a reload', async () => {
  const user = await world.product.openDevice();
  await register(user.page, 'gus@example.com');
  const page = await openAdminPage('/admin');
  await page.getByText('Admins', { exact: true }).click();
  const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
  await expect.poll(() => rows.count()).toBe(1);
  await rows.filter({ hasText: ROOT }).filter({ hasText: 'administrator' }).waitFor();
  await page.reload();
  await expect.poll(() => rows.count()).toBe(1);

  await page.getByLabel('Search by e-mail or name').pressSequentially('gus@');
  await saying(page, 'Nobody matches');
  await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Users' }).click();
  await rows.filter({ hasText: 'gus@example.com' }).waitFor();
  expect(await page.getByLabel('Search by e-mail or name').inputValue()).toBe('');

  await page.getByLabel('State').selectOption('Deleted');
  await saying(page, 'Nobody matches');
  await page.getByLabel('State').selectOption('Not banned');
  await rows.filter({ hasText: 'gus@example.com' }).waitFor();
});

test('the one who is invited chooses a password by the mailed link, and nobody else does', async () => {
  const page = await openAdminPage('/admin');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await saying(page, /Nobody but them ever sets or sees it/);
  await dialog.getByLabel('E-mail').fill(ROOT);
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await saying(page, 'An account with this e-mail address exists already.');
  await dialog.getByLabel('E-mail').fill('ines@example.com');
  await dialog.getByLabel('Name (optional)').fill('Ines Prats');
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await saying(page, /ines@example.com is invited/);
  await page.getByRole('row', { name: 'Ines Prats' }).getByText('invited').filter({ visible: true }).waitFor();

  await expect.poll(() => mailedToken('ines@example.com')).toBeTruthy();
  const token = await mailedToken('ines@example.com');
  const guest = await world.product.openDevice();
  const answer = await guest.page.request.post('/api/v1/auth/reset-password', {
    data: { token, newPassword: PASSWORD },
  });
  expect(answer.ok()).toBe(true);
  await logIn(guest.page, 'ines@example.com');
  await page.reload();
  await page.getByRole('row', { name: 'Ines Prats' }).waitFor();
  expect(await page.getByRole('row', { name: 'Ines Prats' }).getByText('invited').count()).toBe(0);

  await page.getByRole('link', { name: 'Ines Prats' }).click();
  await page.getByRole('button', { name: 'Mail a reset link' }).click();
  await saying(page, 'A mail to ines@example.com is on its way.');
  await expect.poll(() => mailedToken('ines@example.com')).not.toBe(token);
  expect([...world.admin.complaints, ...guest.complaints]).toEqual([]);
});

/** What is behind the link of the newest mail to somebody; null: there is none yet. */
const mailedToken = async (email: string): Promise<string | null> => {
  const html = await (await fetch(`${world.product.url}/dev/mails`)).text();
  const mail = html.split('<article>').find((article) => article.includes(`To ${email}`));
  return mail?.match(/#token=([\w-]+)/)?.[1] ?? null;
};

test('a banned user is out at once and refused with words, until the ban is lifted', async () => {
  const user = await openPhone();
  await register(user.page, 'hal@example.com');
  const page = await openUser('hal@example.com');
  await page.getByRole('button', { name: 'Ban…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Ban', exact: true }).click();
  await saying(page, 'Say why.');
  await dialog.getByLabel('Until (optional)').fill('2020-01-01T00:00');
  await dialog.getByLabel('Reason').fill('Spam in three rooms');
  await dialog.getByRole('button', { name: 'Ban', exact: true }).click();
  await saying(page, 'Choose an instant in the future.');
  await dialog.getByLabel('Until (optional)').fill('');
  await dialog.getByRole('button', { name: 'Ban', exact: true }).click();
  await saying(page, 'hal@example.com is banned and signed out.');

  await user.page.waitForURL('**/login**');
  await saying(user.page, 'This account has been suspended.');
  await user.page.reload();
  await fillLogin(user.page, 'hal@example.com');
  await user.page.getByRole('alert').filter({ hasText: 'Nobody can log in to it.' }).waitFor();
  expect(await user.page.getByText('This account has been suspended.').count()).toBe(1);
  await user.page.getByText('Trace id').waitFor();

  await saying(page, 'Banned for good');
  await saying(page, /because: Spam in three rooms/);
  const second = await openUser('hal@example.com');
  await page.getByRole('button', { name: 'Lift the ban' }).click();
  await saying(page, 'hal@example.com can log in again.');
  await second.getByRole('button', { name: 'Lift the ban' }).click();
  await saying(second, 'This account is not banned.');
  await logIn(user.page, 'hal@example.com');
  expect([...world.admin.complaints, ...user.complaints]).toEqual([]);
});

test('a ban can end by itself', async () => {
  const user = await openPhone();
  await register(user.page, 'ben@example.com');
  const page = await openUser('ben@example.com');
  await page.getByRole('button', { name: 'Ban…' }).click();
  await page.getByLabel('Reason').fill('Cooling down');
  await page.getByLabel('Until (optional)').fill('2099-12-01T10:00');
  await page.getByRole('dialog').getByRole('button', { name: 'Ban', exact: true }).click();
  await saying(page, 'Banned until 1 Dec 2099 at 10:00');
  await eventsOf(page, /Latest events/)
    .filter({ hasText: `${ROOT} banned ben@example.com until 1 Dec 2099 at 10:00 (“Cooling down”)` })
    .waitFor();
  const list = await openAdminPage('/admin?state=banned');
  await list
    .getByRole('row', { name: /ben@example.com/ })
    .getByText('banned until 1 Dec 2099')
    .filter({ visible: true })
    .waitFor();
});

test('a new name ends nothing; a new role ends the sessions, and is asked for twice', async () => {
  const user = await openPhone();
  await register(user.page, 'ivy@example.com');
  const page = await openUser('ivy@example.com');
  await page.getByLabel('Name', { exact: true }).fill('Ivy Lee');
  await page.getByRole('button', { name: 'Save' }).click();
  await saying(page, 'The name is saved.');
  await page.getByRole('heading', { level: 1, name: 'Ivy Lee' }).waitFor();

  await page.getByLabel('Role').selectOption('Administrator');
  await page.getByRole('button', { name: 'Save' }).click();
  await saying(page, /All their sessions end at once/);
  await confirm(page, 'Make administrator');
  await saying(page, 'ivy@example.com is an administrator now, and was signed out.');
  await user.page.waitForURL('**/login**');
  await saying(user.page, 'You were signed out by an administrator.');

  await fillLogin(user.page, 'ivy@example.com');
  await user.page.waitForURL('**/sessions');
  await page.getByLabel('Role').selectOption('User');
  await page.getByRole('button', { name: 'Save' }).click();
  await confirm(page, 'Take the role away');
  await saying(page, 'ivy@example.com is an administrator no more, and was signed out.');
  await user.page.waitForURL('**/login**');
  expect([...world.admin.complaints, ...user.complaints]).toEqual([]);
});

test('a new address is for its owner to verify; one that is taken is refused', async () => {
  const user = await openPhone();
  await register(user.page, 'max@example.com');
  const page = await openUser('max@example.com');
  await page.getByLabel('E-mail address', { exact: true }).fill(ROOT);
  await page.getByRole('button', { name: 'Save' }).click();
  await confirm(page, 'Change the address');
  await saying(page, 'An account with this e-mail address exists already.');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByLabel('E-mail address', { exact: true }).fill('maxine@example.com');
  await page.getByRole('button', { name: 'Save' }).click();
  await saying(page, /From now on they log in as maxine@example.com/);
  await confirm(page, 'Change the address');
  await saying(page, 'The new address is maxine@example.com.');
  await page.getByRole('definition').filter({ hasText: 'maxine@example.com (not verified)' }).waitFor();
});

test('a deleted account is out, is found among the deleted, and comes back', async () => {
  const user = await openPhone();
  await register(user.page, 'jon@example.com');
  const page = await openUser('jon@example.com');
  await page.getByRole('button', { name: 'Delete…' }).click();
  await saying(page, /jon@example.com is signed out on every device at once/);
  await confirm(page, 'Delete the account');
  await saying(page, 'The account of jon@example.com is deleted.');
  await user.page.waitForURL('**/login**');
  await fillLogin(user.page, 'jon@example.com');
  await saying(user.page, 'Wrong e-mail or password.');

  const list = await openAdminPage('/admin?state=deleted');
  await list.getByRole('link', { name: 'jon@example.com' }).click();
  await list.getByRole('button', { name: 'Restore' }).click();
  await saying(list, 'The account of jon@example.com is back.');
  await list.getByRole('button', { name: 'Delete…' }).waitFor();
  await logIn(user.page, 'jon@example.com');
  expect([...world.admin.complaints, ...user.complaints]).toEqual([]);
});

test('what administrators cannot do to themselves is not offered, with the reason; whoever tries is refused with words', async () => {
  const page = await openUser(ROOT);
  await saying(page, /Only another administrator can ban or delete it here/);
  expect(await page.getByRole('button', { name: /Ban|Delete/ }).count()).toBe(0);
  expect(await page.getByLabel('Role').isDisabled()).toBe(true);
  expect(await page.getByLabel('E-mail address', { exact: true }).isDisabled()).toBe(true);

  // The page is the polite version; what it does not offer, it is refused as well.
  await page.getByLabel('Role').evaluate((field) => field.removeAttribute('disabled'));
  await page.getByLabel('Role').selectOption('User');
  await page.getByRole('button', { name: 'Save' }).click();
  await confirm(page, 'Take the role away');
  await saying(page, 'This is your own account: another administrator has to do this.');
});

test('the audit log tells who did what, by user, by kind and by address, and can be linked', async () => {
  const user = await openPhone();
  await register(user.page, 'kim@example.com');
  const page = await openUser('kim@example.com');
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await confirm(page, 'Sign out everywhere');
  await saying(page, 'kim@example.com is signed out of 1 session.');
  await page.getByRole('link', { name: 'All in the audit log' }).click();
  await page.waitForURL('**/admin/events?user=*');
  await expect.poll(() => eventsOf(page).count()).toBeGreaterThan(2);
  await eventsOf(page)
    .first()
    .filter({ hasText: `${ROOT} ended 1 session of kim@example.com` })
    .waitFor();

  await page.getByRole('combobox', { name: 'Event', exact: true }).fill('user.registered');
  await page.getByRole('option', { name: 'Registration · user.registered' }).click();
  await expect.poll(() => eventsOf(page).count()).toBe(1);
  const event = eventsOf(page).filter({ hasText: 'kim@example.com registered' });
  await event.getByRole('button', { name: 'Details' }).click();
  await event.getByText('user.registered').waitFor();
  expect(await event.getByRole('button', { name: /Copy the trace id [\da-f]{32}/ }).count()).toBe(1);

  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await page.getByRole('combobox', { name: 'User' }).fill('kim@');
  await page.getByRole('option', { name: 'kim@example.com' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/events?user=kim%40example.com');
  await page.getByRole('combobox', { name: 'Done by' }).fill(ROOT);
  await page.getByRole('combobox', { name: 'Done by' }).press('Enter');
  await expect.poll(() => eventsOf(page).count()).toBe(1);
  await page.reload();
  await expect.poll(() => eventsOf(page).count()).toBe(1);

  await page.goto('/admin/events?user=nobody%40example.com');
  await saying(page, 'Nobody has this e-mail address.');
  await page.goto('/admin/events?ip=10.0.0.0%2F33');
  await saying(page, /Use an address or a range/);
  await page.goto('/admin/events?user=kim%40example.com&from=2099-01-01T00%3A00%3A00Z');
  await saying(page, 'Nothing matches');
  await page.getByRole('button', { name: 'Show all events' }).click();
  await expect.poll(() => eventsOf(page).count()).toBe(20);
  await page.getByRole('button', { name: 'Load more' }).click();
  await expect.poll(() => eventsOf(page).count()).toBeGreaterThan(20);
  expect([...world.admin.complaints, ...user.complaints]).toEqual([]);
});

test('both parts of the administration are a step apart, also on a phone', async () => {
  const phone = await openPhone();
  await logIn(phone.page, ROOT);
  await phone.page.getByRole('button', { name: 'Open the menu' }).click();
  await phone.page.getByRole('link', { name: 'Administration' }).click();
  const parts = phone.page.getByRole('navigation', { name: 'Administration' });
  await parts.getByRole('link', { name: 'Audit log' }).click();
  await phone.page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
  expect(await parts.getByRole('link', { name: 'Audit log' }).getAttribute('aria-current')).toBe('page');
  await phone.page.getByRole('button', { name: 'Filter' }).click();
  await phone.page.getByRole('combobox', { name: 'Event', exact: true }).fill('login');
  await phone.page.getByRole('option', { name: 'Login · user.login', exact: true }).click();
  await phone.page.getByRole('button', { name: 'Filter (1)' }).waitFor();
  for (const path of ['/admin', '/admin/events']) {
    await phone.page.goto(path);
    await phone.page.getByRole('heading', { level: 1 }).waitFor();
    const overflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  }
  await phone.page.goto('/admin/events?user=nobody%40example.com');
  await saying(phone.page, 'Nobody has this e-mail address.');
  expect(phone.complaints).toEqual([]);
});
