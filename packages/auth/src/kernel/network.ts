import { isIPv4, isIPv6 } from 'node:net';
import { toAddress } from './address.ts';

/** Calls whose address is not known are counted together: nobody escapes a limit by hiding it. */
const UNKNOWN = 'unknown';

/**
 * By what a limit counts an address: IPv4 as it is, also where it is written as IPv6 (RFC 4291 §2.5.5.2), and IPv6
 * by its /64, which is what one customer gets and may choose addresses from.
 */
export const toNetwork = (text: string | null): string => {
  // As nearly every call has it.
  if (text !== null && isIPv4(text)) return text;
  const address = toAddress(text);
  if (address === null) return UNKNOWN;
  if (!isIPv6(address)) return address;
  const groups = expand(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
};

/** The eight groups of an IPv6 address. */
const expand = (address: string): number[] => {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_match, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = [], tail = []] = hexadecimal
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
};
