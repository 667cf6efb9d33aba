import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmItIsMe, fillLogin, heading, holdBack, logIn, PASSWORD, press, register, saying } from './acts.ts';
import { expectNoComplaints, startWorld, type World } from './world.ts';

const NEW_PASSWORD = 'velvet-harbor-otter';

const world: World = {} as never;

beforeAll(async () => {
  Object.assign(world, await startWorld());
});

afterAll(() => world[Symbol.asyncDispose]?.());

/** Long enough ago for a question: who is at the keyboard? */
const ageSessions = (email: string) =>
  world.database.query(
    `update auth.session set authenticated_at = authenticated_at - interval '11 minutes'
       where user_id = (select id from auth."user" where email = $1)`,
    [email],
  );

test('another address counts once it has confirmed; a session that is not recent is asked for the password first', async () => {
  const laptop = await world.product.openDevice();
  const { page } = laptop;
  await register(page, 'fay@example.com');
  await page.goto('/account');
  await ageSessions('fay@example.com');
  await press(page, 'Change my address');
  await page.getByLabel('New e-mail address').fill('fay.new@example.com');
  await press(page, 'Send the mail');
  await confirmItIsMe(page, 'not-the-password');
  await saying(page, 'This is not your current password.');
  await confirmItIsMe(page);
  await saying(page, /A mail is on its way to fay.new@example.com/);
  await page.getByRole('main').getByText('fay@example.com', { exact: true }).waitFor();
  const { code } = await world.letters.next('fay.new@example.com', 'Confirm your new e-mail address');
  await page.reload();
  await saying(page, /A mail went to fay.new@example.com/);

  await page.getByLabel('Code from the mail').fill(code);
  await press(page, 'Confirm the address');
  await saying(page, 'From now on you log in with fay.new@example.com.');
  await page.getByRole('main').getByText('fay.new@example.com', { exact: true }).waitFor();
  await page.getByText('verified', { exact: true }).waitFor();
  await world.letters.next('fay@example.com', 'Your e-mail address was changed');

  await press(page, 'Change my address');
  await page.getByLabel('New e-mail address').fill('fay.newest@example.com');
  await press(page, 'Send the mail');
  const newest = await world.letters.next('fay.newest@example.com', 'Confirm your new e-mail address');
  const phone = await world.openPhone();
  await phone.page.goto(newest.link);
  await press(phone.page, 'Confirm my address');
  await heading(phone.page, 'Your address is confirmed');
  await logIn(phone.page, 'fay.newest@example.com');
  expectNoComplaints(laptop, phone);
});

test('a change of address is called off: the old one stays, and can be changed again', async () => {
  const laptop = await world.product.openDevice();
  const { page } = laptop;
  await register(page, 'eve@example.com');
  await page.goto('/account');
  await press(page, 'Change my address');
  await page.getByLabel('New e-mail address').fill('eve.new@example.com');
  await press(page, 'Send the mail');
  const { link } = await world.letters.next('eve.new@example.com', 'Confirm your new e-mail address');
  await press(page, 'Keep my current address');
  await page.getByRole('button', { name: 'Change my address' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Change my address' }).waitFor();
  await page.goto(link);
  await press(page, 'Confirm my address');
  await heading(page, 'This link does not work any more');
  expectNoComplaints(laptop);
});

test('nobody has to say the password: what was asked for is refused, and nothing happens', async () => {
  const { page } = await world.product.openDevice();
  await register(page, 'gil@example.com');
  await page.goto('/account');
  await ageSessions('gil@example.com');
  await press(page, 'Download my data');
  await page.getByRole('dialog', { name: 'Confirm it is you' }).getByRole('button', { name: 'Cancel' }).click();
  await saying(page, 'Please confirm your password first.');
  await page.getByText('Trace id').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('a new password ends the other device at once, with the reason; this one stays, in all its tabs', async () => {
  const laptop = await world.product.openDevice();
  const phone = await world.openPhone();
  await register(laptop.page, 'hal@example.com');
  await logIn(phone.page, 'hal@example.com');
  const tab = await laptop.page.context().newPage();
  const trail: string[] = [];
  for (const page of [laptop.page, tab])
    page.on('framenavigated', (frame) => trail.push(new URL(frame.url()).pathname));
  await tab.goto('/sessions');
  await heading(tab, 'My devices');
  // The stream of changes tells all tabs before the answer, which brings the new token, is here.
  await holdBack(laptop.page, 'auth.changePassword', () => phone.page.waitForURL('**/login**'));
  await laptop.page.goto('/account');
  await laptop.page.getByLabel('Current password').fill('not-the-password');
  await laptop.page.getByLabel('New password').fill(NEW_PASSWORD);
  await press(laptop.page, 'Change password');
  await saying(laptop.page, 'This is not your current password.');
  await laptop.page.getByLabel('Current password').fill(PASSWORD);
  await press(laptop.page, 'Change password');
  await saying(laptop.page, 'Your password is changed. All your other devices are signed out.');

  await saying(phone.page, 'Your password was changed on another device. Please log in with the new one.');
  expect(await laptop.page.getByLabel('Current password').inputValue()).toBe('');
  const rows = tab.getByRole('list', { name: 'My devices' }).getByRole('listitem');
  // The stream has to be opened anew with the new token, which takes its pause.
  await expect.poll(() => rows.count(), { timeout: 15_000 }).toBe(1);
  await laptop.page.reload();
  await heading(laptop.page, 'My account');
  expect(trail).not.toContain('/login');
  expectNoComplaints(laptop, phone);
});

test('an export is a file with my profile in it, after the password of a session that is not recent', async () => {
  const laptop = await world.product.openDevice();
  const { page } = laptop;
  await register(page, 'ida@example.com', 'Ida Rhodes');
  await page.goto('/account');
  await ageSessions('ida@example.com');
  const downloading = page.waitForEvent('download');
  await press(page, 'Download my data');
  await confirmItIsMe(page);
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^latchkey-ida@example\.com-\d{4}-\d\d-\d\d\.json$/);
  const content: unknown = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(content).toMatchObject({ user: { email: 'ida@example.com', name: 'Ida Rhodes' }, sessions: [{}] });
  await saying(page, /is in your downloads/);
  expectNoComplaints(laptop);
});

test('an account is deleted by whoever types its address and says its password; the devices are out', async () => {
  const laptop = await world.product.openDevice();
  const phone = await world.openPhone();
  await register(laptop.page, 'joan@example.com');
  await logIn(phone.page, 'joan@example.com');
  await ageSessions('joan@example.com');
  const { page } = laptop;
  await page.goto('/account');
  await press(page, 'Delete my account');
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  await dialog.getByText(/Within 30 days an administrator can restore it/).waitFor();
  await dialog.getByLabel('Type your e-mail address to confirm').fill('joan@example.org');
  await dialog.getByRole('button', { name: 'Delete my account' }).click();
  await saying(page, 'This is not the address of your account.');
  await dialog.getByLabel('Type your e-mail address to confirm').fill('joan@example.com');
  await dialog.getByRole('button', { name: 'Delete my account' }).click();
  await confirmItIsMe(page);
  await heading(page, 'Your account is deleted');

  await phone.page.waitForURL('**/login**');
  await page.goto('/login');
  await fillLogin(page, 'joan@example.com');
  await saying(page, 'Wrong e-mail or password.');
  await page.goto('/goodbye');
  await page.waitForURL('**/login**');
  expectNoComplaints(laptop, phone);
});
