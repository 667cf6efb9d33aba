import type { Device } from '@latchkey/contract';
import Bowser from 'bowser';

const KINDS: Record<string, Device['kind']> = {
  desktop: 'desktop',
  mobile: 'mobile',
  tablet: 'tablet',
  tv: 'tv',
  bot: 'bot',
};

/** Whoever writes a user agent must not get to write into mails and lists: names that are known, and no others. */
const BROWSERS = new Set<string>(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS = new Set<string>(Object.values(Bowser.OS_MAP));

/** The product of a user agent that is no browser: "curl" of "curl/8.5.0 (…)" (RFC 9110 §10.1.5). */
const PRODUCT = /^[\w.-]{1,40}/;

/** What a user agent says about the device. It is for people to recognise theirs; nothing is decided by it. */
export const describeDevice = (userAgent: string | null): Device => {
  if (userAgent === null || userAgent === '') {
    return { browser: null, os: null, kind: 'other', label: 'Unknown device' };
  }
  const parsed = Bowser.parse(userAgent);
  const browser = nameAmong(BROWSERS, parsed.browser.name);
  const os = nameAmong(SYSTEMS, parsed.os.name);
  return {
    browser,
    os,
    kind: KINDS[parsed.platform.type ?? ''] ?? 'other',
    label:
      [browser, os].filter((part) => part !== null).join(' on ') || (PRODUCT.exec(userAgent)?.[0] ?? 'Unknown device'),
  };
};

const nameAmong = (names: Set<string>, name: string | undefined): string | null =>
  name !== undefined && names.has(name) ? name : null;
