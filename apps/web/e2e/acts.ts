import type { TestDatabase } from '@latchkey/auth/testing';
import type { Locator, Page } from 'playwright-core';

/** A password that passes. */
export const PASSWORD = 'tidal-copper-lantern';

export const register = async (page: Page, email: string, name = ''): Promise<void> => {
  await page.goto('/register');
  await page.getByLabel('Name (optional)').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'My devices' }).waitFor();
};

export const fillLogin = async (page: Page, email: string, password = PASSWORD): Promise<void> => {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
};

export const logIn = async (page: Page, email: string): Promise<void> => {
  await page.goto('/login');
  await fillLogin(page, email);
  await page.getByRole('heading', { name: 'My devices' }).waitFor();
};

export const saying = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

export const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name, exact: true }).waitFor();

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

/** Says the password to the dialog that asks who is at the keyboard. */
export const confirmItIsMe = async (page: Page, password = PASSWORD): Promise<void> => {
  const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
};

/** From the login page to the mail with a link and a code. */
export const askForPassword = async (page: Page, email: string): Promise<void> => {
  await page.goto('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('E-mail').fill(email);
  await press(page, 'Send me a mail');
  await heading(page, 'Check your inbox');
};

/** Two clicks before the page has drawn anything anew. */
export const clickTwiceAtOnce = (button: Locator): Promise<void> =>
  button.evaluate((element: HTMLElement) => {
    element.click();
    element.click();
  });

/** The calls of a procedure from now on, each time it is in a request. */
export const callsOf = (page: Page, procedure: string): string[] => {
  const calls: string[] = [];
  page.on('request', (request) => {
    const names = new URL(request.url()).pathname.replace('/trpc/', '').split(',');
    calls.push(...names.filter((name) => name === procedure));
  });
  return calls;
};

/** Holds the answer to a call, and the cookie in it, back until something has happened. */
export const holdBack = (page: Page, procedure: string, until: () => Promise<unknown>): Promise<unknown> =>
  page.route(`**/trpc/${procedure}*`, async (route) => {
    const request = route.request();
    const { cookie = '', origin = '', 'content-type': type = '' } = await request.allHeaders();
    const headers = { cookie, origin, 'content-type': type };
    const answer = await fetch(request.url(), { method: 'POST', headers, body: request.postData() });
    if (answer.ok) await until();
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
  });
/** Registers somebody and makes them an administrator. */
export const logInAsAdmin = async (page: Page, database: TestDatabase, email: string): Promise<void> => {
  await register(page, email);
  await database.query(`update auth."user" set role = 'admin' where email = $1`, [email]);
  await page.reload();
  await page.getByRole('heading', { name: 'My devices' }).waitFor();
};
