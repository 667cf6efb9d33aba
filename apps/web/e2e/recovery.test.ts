import { afterAll, beforeAll, expect, test } from 'vitest';
import { askForPassword, fillLogin, heading, PASSWORD, press, register, saying } from './acts.ts';
import { startProduct } from './product.ts';
import { expectNoComplaints, startWorld, type World } from './world.ts';

const NEW_PASSWORD = 'velvet-harbor-otter';

const world: World = {} as never;

beforeAll(async () => {
  Object.assign(world, await startWorld());
});

afterAll(() => world[Symbol.asyncDispose]?.());

test('a forgotten password: the link of the mail sets another one, the other device is out and told why, and the link is spent', async () => {
  const laptop = await world.product.openDevice();
  const phone = await world.openPhone();
  await register(phone.page, 'ada@example.com', 'Ada Lovelace');
  await askForPassword(laptop.page, 'ada@example.com');
  await saying(laptop.page, /If there is an account with the address ada@example.com, a mail is on its way/);
  expect(await laptop.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  const { link } = await world.letters.next('ada@example.com', 'Choose a new password');

  await laptop.page.goto(link);
  await heading(laptop.page, 'Choose a password');
  expect(laptop.page.url()).toBe(`${world.product.url}/reset-password`);
  await laptop.page.getByLabel('New password').fill('short');
  await press(laptop.page, 'Set password');
  await saying(laptop.page, 'Use at least 8 characters.');
  await laptop.page.getByLabel('New password').fill('password1');
  await press(laptop.page, 'Set password');
  await saying(laptop.page, /too easy to guess/);
  await laptop.page.reload();
  await saying(laptop.page, 'Open the link in the mail again, or use the code in it.');
  await laptop.page.goto(link);
  await laptop.page.getByLabel('New password').fill(NEW_PASSWORD);
  await press(laptop.page, 'Set password');
  await laptop.page.waitForURL('**/login');
  await saying(laptop.page, 'Your new password is set');

  await phone.page.waitForURL('**/login**');
  await saying(phone.page, 'Your password was reset. Please log in with the new one.');
  await fillLogin(laptop.page, 'ada@example.com');
  await saying(laptop.page, 'Wrong e-mail or password.');
  await fillLogin(laptop.page, 'ada@example.com', NEW_PASSWORD);
  await heading(laptop.page, 'My devices');

  await phone.page.goto(link);
  await phone.page.getByLabel('New password').fill('another-good-one-42');
  await press(phone.page, 'Set password');
  await heading(phone.page, 'This link does not work any more');
  await phone.page.getByRole('link', { name: 'Ask for a new link' }).click();
  await heading(phone.page, 'Forgot your password?');
  expectNoComplaints(laptop, phone);
});

test('a forgotten password: the code of the mail does what its link does, and a wrong one is explained at its field', async () => {
  const laptop = await world.product.openDevice();
  const { page } = laptop;
  await register(page, 'bea@example.com');
  await page.context().clearCookies();
  await askForPassword(page, 'bea@example.com');
  const { code } = await world.letters.next('bea@example.com', 'Choose a new password');

  await page.getByRole('link', { name: 'enter its code' }).click();
  expect(await page.getByLabel('E-mail').inputValue()).toBe('bea@example.com');
  await page.getByLabel('Code from the mail').fill('0000-0000');
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await press(page, 'Set password');
  await saying(page, /This code is not right, or not valid any more/);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('autocomplete'))).toBe('one-time-code');
  await page.getByLabel('Code from the mail').fill(code.toLowerCase());
  await press(page, 'Set password');

  await page.waitForURL('**/login');
  await saying(page, 'Your new password is set');
  expect(await page.getByLabel('E-mail').inputValue()).toBe('bea@example.com');
  await fillLogin(page, 'bea@example.com', NEW_PASSWORD);
  await heading(page, 'My devices');
  expectNoComplaints(laptop);
});

test('whoever comes back from their mails finds what they were typing', async () => {
  const { page } = await world.product.openDevice();
  await page.goto('/reset-password');
  await page.getByLabel('E-mail').fill('half@example.com');
  const asked = page.waitForResponse((response) => response.url().includes('auth.me'));
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await asked;
  await page.getByLabel('Code from the mail').fill('7K3M');
  expect(await page.getByLabel('E-mail').inputValue()).toBe('half@example.com');
});

test('an address is confirmed by the link of the mail, logged out or in; used once more, the link is explained', async () => {
  const laptop = await world.product.openDevice();
  const phone = await world.openPhone();
  await register(laptop.page, 'cleo@example.com');
  const { link } = await world.letters.next('cleo@example.com', 'Verify your e-mail address');
  await laptop.page.goto('/account');
  await saying(laptop.page, 'not verified');

  await phone.page.goto(link);
  await heading(phone.page, 'Confirm your address');
  expect(phone.page.url()).toBe(`${world.product.url}/verify-email`);
  await press(phone.page, 'Confirm my address');
  await heading(phone.page, 'Your address is confirmed');
  await laptop.page.reload();
  await laptop.page.getByText('verified', { exact: true }).waitFor();

  await laptop.page.goto(link);
  await press(laptop.page, 'Confirm my address');
  await heading(laptop.page, 'This link does not work any more');
  await laptop.page.getByRole('link', { name: 'Go to my account' }).click();
  await heading(laptop.page, 'My account');
  expectNoComplaints(laptop, phone);
});

test('an address is confirmed by the code of a mail that was asked for once more', async () => {
  const laptop = await world.product.openDevice();
  const { page } = laptop;
  await register(page, 'dora@example.com');
  const first = await world.letters.next('dora@example.com', 'Verify your e-mail address');
  await page.goto('/account');
  await press(page, 'Confirm this address');
  await press(page, 'Send the mail again');
  await saying(page, 'The mail is on its way. Only the newest link and code work.');
  const second = await world.letters.next('dora@example.com', 'Verify your e-mail address');

  await page.getByLabel('Code from the mail').fill(first.code);
  await press(page, 'Confirm the address');
  await saying(page, /This code is not right, or not valid any more/);
  await page.getByLabel('Code from the mail').fill(second.code);
  await press(page, 'Confirm the address');
  await saying(page, 'Your address is confirmed.');
  await page.getByText('verified', { exact: true }).waitFor();
  expectNoComplaints(laptop);
});

test('where addresses must be confirmed first, registering and logging in lead to the code, and then to where one wanted to go', async () => {
  await using product = await startProduct(world.database.url, {
    MAIL_URL: world.mailbox.url,
    REQUIRE_EMAIL_VERIFICATION: 'true',
  });
  const laptop = await product.openDevice();
  const { page } = laptop;
  await page.goto('/register?next=/account');
  await page.getByLabel('E-mail').fill('eli@example.com');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press(page, 'Create account');
  await heading(page, 'We sent you a mail');
  await saying(page, /If this address has an account already, the mail says so/);
  const { code } = await world.letters.next('eli@example.com', 'Verify your e-mail address');

  await page.getByRole('link', { name: 'Log in' }).click();
  await fillLogin(page, 'eli@example.com');
  await heading(page, 'Confirm your address first');
  await page.getByLabel('Code from the mail').fill(code);
  await press(page, 'Confirm the address');
  await saying(page, 'Your address is confirmed. You can log in now.');
  await fillLogin(page, 'eli@example.com');
  await page.waitForURL('**/account');

  const phone = await product.openDevice();
  await phone.page.goto('/register');
  await phone.page.getByLabel('E-mail').fill('eli@example.com');
  await phone.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press(phone.page, 'Create account');
  await heading(phone.page, 'We sent you a mail');
  await world.letters.next('eli@example.com', 'You have an account already');
  expectNoComplaints(laptop, phone);
});

test('a password that was set for another account leaves whoever is logged in as they are, and says so', async () => {
  const laptop = await world.product.openDevice();
  const { page } = laptop;
  await register(page, 'kay@example.com');
  await page.context().clearCookies();
  await register(page, 'lin@example.com');
  await page.goto('/forgot-password');
  await page.getByLabel('E-mail').fill('kay@example.com');
  await press(page, 'Send me a mail');
  const { link } = await world.letters.next('kay@example.com', 'Choose a new password');
  await page.goto(link);
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await press(page, 'Set password');
  await heading(page, 'The new password is set');
  await saying(page, /Here you are still logged in as lin@example.com/);
  await page.getByRole('link', { name: 'Go to my devices' }).click();
  await heading(page, 'My devices');
  expectNoComplaints(laptop);
});

test('whoever is suspended is told so, and by whom that can be explained', async () => {
  const { page } = await world.product.openDevice();
  await register(page, 'mia@example.com');
  await world.database.query(
    `update auth."user" set banned_at = now(), ban_reason = 'spam' where email = 'mia@example.com'`,
  );
  await page.context().clearCookies();
  await page.goto('/login');
  await fillLogin(page, 'mia@example.com');
  await saying(page, /This account has been suspended.*Whoever runs this service can tell you why/s);
});
