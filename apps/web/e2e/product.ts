import { findFreePort } from '@latchkey/server/find-free-port';
import { ServerProcess } from '@latchkey/server/testing';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

/** Somebody's browser, with a profile of its own. */
export interface Device {
  page: Page;
  /** What the page complained about: violations of its security policy, uncaught errors. */
  complaints: string[];
}

/** The whole product as a user starts it, and browsers in front of it. */
export interface Product extends AsyncDisposable {
  url: string;
  openDevice(options?: BrowserContextOptions): Promise<Device>;
  /** Stops the server, and starts it again after something has happened. */
  interrupt(meanwhile: () => Promise<unknown>): Promise<void>;
}

/** `settings`: of the environment, besides those that every test needs. */
export const startProduct = async (databaseUrl: string, settings: Record<string, string> = {}): Promise<Product> => {
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  const start = async () => {
    const started = new ServerProcess({
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      BCRYPT_COST: '4',
      LOG_LEVEL: 'warn',
      PUBLIC_URL: url,
      ...settings,
    });
    await started.says('Latchkey is running');
    return started;
  };
  let server = await start();
  const browser = await chromium.launch(await findChromium());
  return {
    url,
    openDevice: (options) => openDevice(browser, { baseURL: url, ...options }),
    interrupt: async (meanwhile) => {
      await server[Symbol.asyncDispose]();
      await meanwhile();
      server = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

const openDevice = async (browser: Browser, options: BrowserContextOptions): Promise<Device> => {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused call shows up here as well, and is what some journeys are about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return { page, complaints };
};
