import { isIP } from 'node:net';

/** `203.0.113.7:51234` and `[2001:db8::1]:443`, as some proxies write an address into `X-Forwarded-For`. */
const WITH_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[\d.]+))(?::\d+)?$/;

/** The address in its plain form, without port and zone, IPv4 as such; null for what is none. */
export const toAddress = (text: string | null | undefined): string | null => {
  if (text == null) return null;
  const { v6, v4 } = WITH_PORT.exec(text)?.groups ?? {};
  const address = (v6 ?? v4 ?? text).replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) === 0 ? null : address;
};
