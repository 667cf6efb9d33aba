import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmItIsMe, heading, logInAsAdmin, press, register, saying } from './acts.ts';
import { expectNoComplaints, startWorld, type World } from './world.ts';

const world: World = {} as never;

beforeAll(async () => {
  Object.assign(world, await startWorld());
});

afterAll(() => world[Symbol.asyncDispose]?.());

/** As a program does it, from outside of any browser. */
const whoAmI = async (token: string) => {
  const response = await fetch(`${world.product.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
};

test('a token is made after the password, copied, used by a program, and revoked', async () => {
  const laptop = await world.product.openDevice({ permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = laptop;
  await register(page, 'kim@example.com', 'Kim');
  await page.goto('/account');
  await saying(page, 'You have none.');
  await world.database.query(`update auth.session set authenticated_at = authenticated_at - interval '11 minutes'`);

  await press(page, 'Create an app token');
  const form = page.getByRole('dialog', { name: 'Create an app token' });
  await form.getByRole('button', { name: 'Create token' }).click();
  await saying(page, 'Enter a name.');
  await saying(page, 'Choose at least one.');
  await form.locator('input:focus').and(form.getByLabel('Name')).waitFor();
  await form.getByLabel('Name').fill('Nightly backup');
  await form.getByLabel('Read my profile').check();
  await form.getByLabel('Use the services behind this login').check();
  expect(await form.getByLabel('administrators').count()).toBe(0);
  await form.getByLabel('Expires').selectOption('In 30 days');
  await form.getByRole('button', { name: 'Create token' }).click();
  await confirmItIsMe(page);

  const ready = page.getByRole('dialog', { name: '“Nightly backup” is ready' });
  await ready.getByText('it is not shown again').waitFor();
  const token = (await ready.getByRole('textbox', { name: 'Your new token' }).textContent()) ?? '';
  expect(token).toMatch(/^lk_[0-9A-Za-z]{36}$/);
  await page.keyboard.press('Escape');
  await ready.getByRole('button', { name: 'Copy', exact: true }).click();
  await ready.getByRole('button', { name: 'Copied', exact: true }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  await ready.getByRole('button', { name: 'I have copied it' }).click();
  await ready.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain(token);

  const row = page.getByRole('list', { name: 'App tokens' }).getByRole('listitem');
  await row.getByText('Read my profile and the policy of my session · Use the services behind this login').waitFor();
  await row.getByText('not used yet').waitFor();
  expect(await whoAmI(token)).toMatchObject({ status: 200, body: { user: { email: 'kim@example.com' } } });
  await world.letters.next('kim@example.com', 'An app token was created');

  await press(page, 'Revoke Nightly backup');
  await page.getByRole('dialog', { name: 'Revoke “Nightly backup”?' }).getByText(token.slice(0, 7)).waitFor();
  await press(page, 'Revoke token');
  await saying(page, '“Nightly backup” is revoked.');
  await saying(page, 'You have none.');
  expect(await whoAmI(token)).toMatchObject({
    status: 401,
    body: { error: { code: 'SESSION_ENDED', details: { reason: 'revoked' } } },
  });
  expectNoComplaints(laptop);
});

test('administrators may give what is theirs, and the audit log says so in words', async () => {
  const laptop = await world.product.openDevice();
  const { page } = laptop;
  await logInAsAdmin(page, world.database, 'root@example.com');
  await page.goto('/account');
  await press(page, 'Create an app token');
  const form = page.getByRole('dialog', { name: 'Create an app token' });
  await form.getByLabel('Name').fill('User report');
  await form.getByLabel('Read what administrators may read').check();
  await form.getByRole('button', { name: 'Create token' }).click();
  const token = (await page.getByRole('textbox', { name: 'Your new token' }).textContent()) ?? '';
  const users = await fetch(`${world.product.url}/api/v1/admin/users`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(users.status).toBe(200);
  await press(page, 'I have copied it');
  await page.goto('/admin/events');
  await heading(page, 'Audit log');
  await saying(page, /created the app token “User report”/);
  expectNoComplaints(laptop);
});
