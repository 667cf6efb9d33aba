import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** What of IPv4 is not on the public internet (IANA IPv4 Special-Purpose Address Registry), and multicast. */
const SPECIAL_IPV4: [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** All that is assigned to the public internet; loopback, private, link-local, mapped and NAT64 are outside. */
const GLOBAL_IPV6: [network: string, prefix: number] = ['2000::', 3];

/** What is inside and yet not public, or leads to an IPv4 address that was not looked at (Teredo, 6to4). */
const SPECIAL_IPV6: [network: string, prefix: number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** Tells addresses on the public internet from all others (OWASP, Server-Side Request Forgery Prevention). */
export class PublicAddresses {
  readonly #special = new BlockList();
  readonly #global = new BlockList();

  constructor() {
    for (const [network, prefix] of SPECIAL_IPV4) this.#special.addSubnet(network, prefix, 'ipv4');
    for (const [network, prefix] of SPECIAL_IPV6) this.#special.addSubnet(network, prefix, 'ipv6');
    this.#global.addSubnet(...GLOBAL_IPV6, 'ipv6');
  }

  /** False, too, for what is no address. */
  includes(address: string): boolean {
    if (isIPv4(address)) return !this.#special.check(address);
    // With a zone it is an address of this machine's own networks.
    if (!isIPv6(address) || address.includes('%')) return false;
    return this.#global.check(address, 'ipv6') && !this.#special.check(address, 'ipv6');
  }
}
