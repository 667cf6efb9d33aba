import type { Page } from 'playwright-core';

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
