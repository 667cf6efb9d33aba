import { createTestDatabase, type TestDatabase } from '@latchkey/auth/testing';
import { createTestMailbox, type TestMailbox } from '@latchkey/auth/testing/mailbox';
import { devices } from 'playwright-core';
import { expect, inject } from 'vitest';
import { Letters } from './letters.ts';
import { type Device, type Product, startProduct } from './product.ts';

/** The product with a database and a mail server of its own. */
export interface World extends AsyncDisposable {
  product: Product;
  database: TestDatabase;
  mailbox: TestMailbox;
  letters: Letters;
  openPhone(): Promise<Device>;
}

export const startWorld = async (): Promise<World> => {
  const database = await createTestDatabase(inject('postgres'));
  const mailbox = await createTestMailbox();
  const product = await startProduct(database.url, { MAIL_URL: mailbox.url });
  return {
    product,
    database,
    mailbox,
    letters: new Letters(mailbox),
    openPhone: () => product.openDevice({ ...devices['iPhone 15'], baseURL: product.url }),
    [Symbol.asyncDispose]: async () => {
      await product[Symbol.asyncDispose]();
      await mailbox[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

/** The pages broke no security policy, and nothing was thrown in them. */
export const expectNoComplaints = (...opened: Device[]): void =>
  expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
