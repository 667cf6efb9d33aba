import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseSettings } from './env.ts';
import { SettingsError } from './settings-error.ts';

const problemsOf = (environment: NodeJS.ProcessEnv): string => {
  try {
    parseSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('The settings were expected to be refused');
};

test('an empty environment is a working one', () => {
  expect(parseSettings({})).toMatchObject({
    listening: {
      host: '127.0.0.1',
      port: 4000,
      trustProxy: [],
      connections: { max: 10_000, maxPerAddress: 2500 },
      shutdownDelaySeconds: 0,
    },
    publicUrl: 'http://localhost:4000',
    databaseUrl: null,
    isProduction: false,
    warnings: [],
    auth: {
      session: { idleTimeoutMinutes: 60, lifetimeHours: 168, maxPerUser: 5, reauthWindowMinutes: 10 },
      corsOrigins: [],
      rateLimitFactor: 1,
    },
  });
});

test('the public address follows the port unless it is set', () => {
  expect(parseSettings({ PORT: '4100' }).publicUrl).toBe('http://localhost:4100');
  expect(parseSettings({ PORT: '4100', PUBLIC_URL: 'https://auth.example.com' }).publicUrl).toBe(
    'https://auth.example.com',
  );
});

test('of the public address only the origin counts, and a path is refused', () => {
  expect(parseSettings({ PUBLIC_URL: 'https://auth.example.com/' }).publicUrl).toBe('https://auth.example.com');
  expect(problemsOf({ PUBLIC_URL: 'https://example.com/auth' })).toContain('- PUBLIC_URL');
  expect(problemsOf({ CORS_ORIGINS: 'https://b.example.com/path' })).toContain('- CORS_ORIGINS: Leave out the path');
});

test('an address past the pooler needs one of the pooler', () => {
  const DATABASE_DIRECT_URL = 'postgresql://127.0.0.1/latchkey';
  expect(problemsOf({ DATABASE_DIRECT_URL })).toContain('- DATABASE_DIRECT_URL: Set DATABASE_URL, too');
  expect(parseSettings({ DATABASE_DIRECT_URL, DATABASE_URL: 'postgresql://pooler/latchkey' }).auth).toMatchObject({
    databaseDirectUrl: DATABASE_DIRECT_URL,
  });
});

test('an empty variable counts as unset', () => {
  expect(parseSettings({ PORT: '', DATABASE_URL: '' })).toMatchObject({ listening: { port: 4000 }, databaseUrl: null });
});

test('lists are separated by commas', () => {
  const settings = parseSettings({
    CORS_ORIGINS: 'https://a.example, https://b.example',
    TRUST_PROXY: '10.0.0.0/8, ::1, loopback',
  });
  expect(settings.auth.corsOrigins).toEqual(['https://a.example', 'https://b.example']);
  expect(settings.listening.trustProxy).toEqual(['10.0.0.0/8', '::1', 'loopback']);
  expect(parseSettings({ TRUST_PROXY: 'false' }).listening.trustProxy).toEqual([]);
});

test('everything that is wrong is said at once', () => {
  const message = problemsOf({
    PORT: 'http',
    SESSION_TIMEOUT_MINUTES: '0',
    NODE_ENV: 'staging',
    DATABASE_URL: 'mysql://x',
    PASSWORD_PEPPER: 'short',
  });
  expect(message.split('\n')).toEqual([
    'The settings need attention:',
    '  - PORT: Use a whole number.',
    '  - DATABASE_URL: Use a postgresql:// address.',
    '  - SESSION_TIMEOUT_MINUTES: Use 1 or more.',
    expect.stringMatching(/^ {2}- PASSWORD_PEPPER: Use 16 characters or more/),
    '  - NODE_ENV: Use development, test or production.',
  ]);
  expect(message).not.toContain('short');
});

test('Redis may be one server, a cluster or behind sentinels', () => {
  for (const REDIS_URL of ['redis://h', 'rediss://:secret@h/1', 'redis+cluster://a,b', 'redis+sentinel://a,b/main']) {
    expect(parseSettings({ REDIS_URL }).redisUrl).toBe(REDIS_URL);
  }
  const problem = problemsOf({ REDIS_URL: 'redis+sentinel://:s3cret@a,b' });
  expect(problem).toContain('- REDIS_URL: Name the primary that the sentinels watch');
  expect(problem).not.toContain('s3cret');
});

test.each([
  ['PORT', '0'],
  ['PORT', '65536'],
  ['PORT', '4000.5'],
  ['PUBLIC_URL', 'auth.example.com'],
  ['PUBLIC_URL', 'javascript:alert(1)'],
  ['MAX_SESSIONS_PER_USER', '-1'],
  ['BCRYPT_COST', '3'],
  ['AUTH_PROVIDERS', 'oauth'],
  ['AUTH_PROVIDERS', ','],
  ['JWT_ALG', 'none'],
  ['JWT_ALG', 'HS256'],
  ['JWT_ACCESS_EXPIRY', '15'],
  ['JWT_ACCESS_EXPIRY', '10s'],
  ['JWT_ACCESS_EXPIRY', '2d'],
  ['JWT_REFRESH_EXPIRY', '-1d'],
  ['JWT_PRIVATE_KEY', 'secret'],
  ['JWT_PUBLIC_KEYS', 'secret'],
  ['TOKEN_ENCRYPTION_KEY', 'short'],
  ['TOKEN_ENCRYPTION_KEY', Buffer.alloc(31).toString('base64')],
  ['TOKEN_ENCRYPTION_KEY', Buffer.alloc(33).toString('base64')],
  ['PASSWORD_MIN_LENGTH', '7'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '1'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '10.0.0.0/8/8'],
  ['CORS_ORIGINS', '*'],
  ['RATE_LIMIT_FACTOR', '0'],
  ['MAIL_URL', 'https://mail.example.com'],
  ['MAIL_FROM', 'Latchkey'],
  ['MAIL_FROM', 'Latchkey\r\nBcc: eve@example.com <no-reply@example.com>'],
  ['MAIL_NOTICES', 'new-device,birthdays'],
  ['REQUIRE_EMAIL_VERIFICATION', 'yes'],
  ['ADMIN_EMAIL', 'root'],
  ['WEBHOOKS', 'yes'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s is refused by name', (name, value) => {
  expect(problemsOf({ [name]: value })).toMatch(new RegExp(`- ${name}\\b`));
});

test('production refuses what is unsafe and warns about what is questionable', () => {
  expect(problemsOf({ NODE_ENV: 'production' })).toContain('- DATABASE_URL');
  const DATABASE_URL = 'postgresql://latchkey@localhost/latchkey';
  expect(problemsOf({ NODE_ENV: 'production', DATABASE_URL, BCRYPT_COST: '4' })).toContain('- BCRYPT_COST');
  expect(parseSettings({ NODE_ENV: 'production', DATABASE_URL, RATE_LIMIT_FACTOR: '50' }).warnings).toEqual([
    expect.stringContaining('PUBLIC_URL'),
    expect.stringContaining('MAIL_URL'),
    expect.stringContaining('RATE_LIMIT_FACTOR'),
  ]);
  expect(
    parseSettings({
      NODE_ENV: 'production',
      DATABASE_URL,
      PUBLIC_URL: 'https://auth.example.com',
      MAIL_URL: 'smtps://mail.example.com',
    }).warnings,
  ).toEqual([]);
});

test('tokens: by providers, with times that people can read, and in production with a key for their keys', () => {
  expect(parseSettings({})).toMatchObject({ hasTokens: false, auth: { sessionCookies: true } });
  expect(parseSettings({ AUTH_PROVIDERS: 'session, jwt' })).toMatchObject({
    hasTokens: true,
    tokens: { algorithm: 'RS256', accessExpirySeconds: 900, refreshExpirySeconds: 604_800, audience: 'latchkey' },
    auth: { sessionCookies: true },
  });
  expect(parseSettings({ AUTH_PROVIDERS: 'jwt', JWT_ACCESS_EXPIRY: '1h' })).toMatchObject({
    tokens: { accessExpirySeconds: 3600 },
    auth: { sessionCookies: false },
  });
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgresql://latchkey@localhost/latchkey' };
  expect(problemsOf({ ...production, AUTH_PROVIDERS: 'session,jwt' })).toContain('- TOKEN_ENCRYPTION_KEY');
});

test('keys as PEM may stand on one line, several public ones one after the other', () => {
  const keyPair = () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return [privateKey.export({ type: 'pkcs8', format: 'pem' }), publicKey.export({ type: 'spki', format: 'pem' })];
  };
  const [[privatePem = '', first = ''], [, second = '']] = [keyPair(), keyPair()];
  const { tokens } = parseSettings({
    JWT_PRIVATE_KEY: privatePem.toString().replaceAll('\n', '\\n'),
    JWT_PUBLIC_KEYS: `${first}${second}`,
  });
  expect(tokens.privateKey).toBe(privatePem);
  expect(tokens.publicKeys).toEqual([first.toString().trim(), second.toString().trim()]);
});

test('the key that encrypts is 32 bytes in base64', () => {
  const key = Buffer.alloc(32, 7);
  expect(parseSettings({ TOKEN_ENCRYPTION_KEY: key.toString('base64') }).encryptionKey).toEqual(key);
  expect(parseSettings({}).encryptionKey).toBeNull();
});

test('webhooks are switched on by a word, and in production with a key for their secrets', () => {
  expect(parseSettings({}).webhooks).toBeNull();
  expect(parseSettings({ WEBHOOKS: 'true' }).webhooks).toEqual({ allowPrivateTargets: false });
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgresql://latchkey@localhost/latchkey' };
  expect(problemsOf({ ...production, WEBHOOKS: 'true' })).toContain('- TOKEN_ENCRYPTION_KEY');
  const TOKEN_ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');
  const settings = { ...production, WEBHOOKS: 'true', WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true', TOKEN_ENCRYPTION_KEY };
  expect(parseSettings(settings)).toMatchObject({
    webhooks: { allowPrivateTargets: true },
    warnings: expect.arrayContaining([expect.stringContaining('WEBHOOK_ALLOW_PRIVATE_TARGETS')]),
  });
});

test('mails: which notices go out, and what production asks for', () => {
  expect(parseSettings({}).showsMails).toBe(true);
  expect(parseSettings({ MAIL_URL: 'smtp://localhost:1025' }).showsMails).toBe(false);
  expect(parseSettings({ MAIL_NOTICES: 'none' }).auth.mail?.notices).toEqual({
    newDevice: false,
    passwordChanged: false,
    emailChanged: false,
    accountLocked: false,
    tokenReuse: false,
    appToken: false,
  });
  expect(parseSettings({ MAIL_NOTICES: 'email-changed, new-device' }).auth.mail?.notices).toMatchObject({
    newDevice: true,
    passwordChanged: false,
    emailChanged: true,
  });
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgresql://latchkey@localhost/latchkey' };
  expect(problemsOf({ ...production, REQUIRE_EMAIL_VERIFICATION: 'true' })).toContain('Set MAIL_URL, too');
  const settings = parseSettings({
    ...production,
    MAIL_URL: 'smtp://mail.example.com',
    ADMIN_EMAIL: ' Ada@Example.com',
  });
  expect(settings).toMatchObject({ showsMails: false, auth: { adminEmail: 'ada@example.com' } });
  expect(parseSettings(production).showsMails).toBe(false);
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['false', undefined],
  ['true', { url: 'https://api.pwnedpasswords.com/range/' }],
  ['https://mirror.example.com/range', { url: 'https://mirror.example.com/range' }],
])('PASSWORD_BREACH_CHECK=%s asks %o', (text, breachedCheck) => {
  expect(parseSettings({ PASSWORD_BREACH_CHECK: text }).auth.password?.breachedCheck).toEqual(breachedCheck);
});

test('PASSWORD_BREACH_CHECK takes no other word', () => {
  expect(problemsOf({ PASSWORD_BREACH_CHECK: 'yes' })).toContain(
    '- PASSWORD_BREACH_CHECK: Use an http or https address',
  );
});

test('app tokens can be switched off', () => {
  expect(parseSettings({}).hasAppTokens).toBe(true);
  expect(parseSettings({ APP_TOKENS: 'false' }).hasAppTokens).toBe(false);
});
