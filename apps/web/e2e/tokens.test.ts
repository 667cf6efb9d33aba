import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tokensModule } from '@latchkey/auth';
import { createTestAuth, PASSWORD, type TestAuth } from '@latchkey/auth/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from './find-chromium.ts';
import type { Tab } from './token-tab.ts';

declare global {
  interface Window {
    tab: Tab;
  }
}

const account = { email: 'ada@example.com', password: PASSWORD };
const REFRESH = '/api/v1/auth/refresh';

let browser: Browser;
/** The page, also at another origin of the same site: a site is a scheme and a host, whatever the port. */
let html: string;
let app: Server;

const appOrigin = (): string => `http://127.0.0.1:${(app.address() as AddressInfo).port}`;

beforeAll(async () => {
  browser = await chromium.launch(await findChromium());
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, lib: { entry: join(import.meta.dirname, 'token-tab.ts'), formats: ['es'] } },
  });
  const [bundle] = [built].flat();
  if (bundle === undefined || !('output' in bundle)) throw new Error('Nothing was built');
  html = `<!doctype html><script type="module">${bundle.output[0].code}</script>`;
  app = createServer((_req, res) => res.setHeader('content-type', 'text/html').end(html)).listen(0, '127.0.0.1');
  await once(app, 'listening');
});

afterAll(async () => {
  await browser.close();
  app.closeAllConnections();
  app.close();
});

interface World extends AsyncDisposable {
  t: TestAuth;
  context: BrowserContext;
  /** How many refreshes were asked for, in all tabs. */
  refreshes(): number;
  openTab(url?: string): Promise<Page>;
}

const startWorld = async (): Promise<World> => {
  const t = await createTestAuth({
    corsOrigins: [appOrigin()],
    ports: { modules: [tokensModule({ encryptionKey: randomBytes(32) })] },
  });
  const context = await browser.newContext({ baseURL: t.url });
  const counted = { refreshes: 0 };
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === REFRESH) counted.refreshes += 1;
  });
  await context.route(`${t.url}/tab`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  return {
    t,
    context,
    refreshes: () => counted.refreshes,
    openTab: async (url = '/tab') => {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await t[Symbol.asyncDispose]();
    },
  };
};

const signIn = async (page: Page): Promise<void> => {
  await page.evaluate(async (input) => {
    await window.tab.client.auth.register.mutate(input).catch(() => {});
    await window.tab.client.tokens.issue.mutate(input);
  }, account);
};

/** Who so many calls at once find logged in; an error by its code. */
const ask = (page: Page, calls = 1): Promise<string[]> =>
  page.evaluate(
    (count) =>
      Promise.all(
        Array.from({ length: count }, () =>
          window.tab.client.auth.me.query().then(
            ({ user }) => user.email,
            (error) => error.code,
          ),
        ),
      ),
    calls,
  );

const endsOf = (page: Page): Promise<unknown[]> => page.evaluate(() => window.tab.ends);

const windClocks = (pages: Page[], seconds: number) =>
  Promise.all(pages.map((page) => page.evaluate((by) => window.tab.wind(by), seconds)));

test('two tabs that refresh at once, again and again, stay signed in', async () => {
  await using w = await startWorld();
  const [left, right] = [await w.openTab(), await w.openTab()];
  await signIn(left);
  expect(await ask(right)).toEqual([account.email]);
  const before = w.refreshes();
  for (let round = 0; round < 10; round += 1) {
    await windClocks([left, right], 900);
    const answers = await Promise.all([ask(left, 10), ask(right, 10)]);
    expect(new Set(answers.flat())).toEqual(new Set([account.email]));
  }
  expect(w.refreshes() - before).toBeLessThanOrEqual(20);
  expect(w.refreshes() - before).toBeGreaterThanOrEqual(10);
  expect([await endsOf(left), await endsOf(right)]).toEqual([[], []]);
});

test('no script can read the refresh token, and it is sent to refreshes alone', async () => {
  await using w = await startWorld();
  const page = await w.openTab();
  await signIn(page);
  const cookies = (await w.context.cookies([`${w.t.url}${REFRESH}`])).filter(({ name }) => name === 'latchkey_refresh');
  expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict', path: REFRESH })]);
  const seen = await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]));
  expect(seen).toBe('["",{},{}]');
  const sent = page.waitForRequest((request) => request.url().includes('/trpc/auth.me'));
  await ask(page);
  const headers = await (await sent).allHeaders();
  expect(headers.authorization).toMatch(/^Bearer ey/);
  expect(headers.cookie).toBeUndefined();
});

test('a page that is loaded again is still signed in, and one without anybody asks once', async () => {
  await using w = await startWorld();
  const page = await w.openTab();
  expect(await ask(page, 5)).toEqual(Array(5).fill('UNAUTHENTICATED'));
  expect(await ask(page)).toEqual(['UNAUTHENTICATED']);
  expect([w.refreshes(), await endsOf(page)]).toEqual([1, []]);
  await signIn(page);
  await page.reload();
  expect(await ask(page)).toEqual([account.email]);
});

test('the logout in one tab is heard of in the other, and lasts', async () => {
  await using w = await startWorld();
  const [left, right] = [await w.openTab(), await w.openTab()];
  await signIn(left);
  await ask(right);
  await left.evaluate(() => window.tab.client.auth.logout.mutate());
  await expect.poll(() => endsOf(right)).toEqual(['logged_out']);
  expect(await endsOf(left)).toEqual(['logged_out']);
  await right.reload();
  expect(await ask(right)).toEqual(['UNAUTHENTICATED']);
  expect(await endsOf(right)).toEqual([]);
});

test('a page that is loaded after the session was ended elsewhere can say why', async () => {
  await using w = await startWorld();
  const page = await w.openTab();
  await signIn(page);
  await w.t.database.query(`update auth.session set ended_at = now(), end_reason = 'revoked'`);
  await page.reload();
  expect(await ask(page)).toEqual(['UNAUTHENTICATED']);
  expect(await endsOf(page)).toEqual(['revoked']);
  await page.reload();
  await ask(page);
  expect(await endsOf(page)).toEqual([]);
});

test('a page of another origin signs in, refreshes and logs out', async () => {
  await using w = await startWorld();
  const page = await w.openTab(`${appOrigin()}/tab?service=${encodeURIComponent(w.t.url)}`);
  await signIn(page);
  await windClocks([page], 900);
  expect(await ask(page, 5)).toEqual(Array(5).fill(account.email));
  await page.reload();
  expect(await ask(page)).toEqual([account.email]);
  expect(w.refreshes()).toBe(2);
  await page.evaluate(() => window.tab.client.auth.logout.mutate());
  await page.reload();
  expect(await ask(page)).toEqual(['UNAUTHENTICATED']);
});

test('a verifier needs nothing that a browser lacks', async () => {
  await using w = await startWorld();
  const page = await w.openTab();
  await signIn(page);
  const outcome = await page.evaluate(async () => {
    const { createVerifier, tokens } = window.tab;
    const verifier = createVerifier({
      issuer: 'http://localhost:4000',
      jwksUrl: '/.well-known/jwks.json',
      denials: false,
    });
    const { role } = await verifier.verify((await tokens.accessToken()) ?? '');
    const refused = await verifier.verify('x').catch(({ code }) => code);
    return { role, refused };
  });
  expect(outcome).toEqual({ role: 'user', refused: 'malformed' });
});
