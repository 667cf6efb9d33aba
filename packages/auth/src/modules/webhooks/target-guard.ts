import { isIP } from 'node:net';
import { PublicAddresses } from './public-addresses.ts';

/** Finds all addresses of a host. */
export type ResolveHost = (hostname: string) => Promise<string[]>;

/** A target that is not on the public internet: the service does not knock at doors inside of its own network. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

interface TargetGuardOptions {
  allowsPrivate: boolean;
  resolve: ResolveHost;
}

/** Decides where a webhook may lead. */
export class TargetGuard {
  readonly #options: TargetGuardOptions;
  readonly #public = new PublicAddresses();

  constructor(options: TargetGuardOptions) {
    this.#options = options;
  }

  /**
   * The addresses to connect to, and no others: asking for them a second time may be answered differently (DNS
   * rebinding). One that is not public is enough to refuse all.
   * @throws TargetRefused, or what the resolver throws
   */
  async addressesOf(url: URL): Promise<string[]> {
    const { allowsPrivate, resolve } = this.#options;
    if (url.protocol !== 'https:' && !allowsPrivate) throw new TargetRefused('Use an https address.');
    // As the URL standard has normalised it: 0x7f.1 and 2130706433 are 127.0.0.1 by now.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const addresses = isIP(host) === 0 ? await resolve(host) : [host];
    const isPrivate = (address: string) => !this.#public.includes(address);
    if (!allowsPrivate && addresses.some(isPrivate)) {
      throw new TargetRefused('This host is not on the public internet.');
    }
    return addresses;
  }

  /** Why nothing may be sent there; null: it may, or nobody knows the host today. */
  async refusalOf(url: URL): Promise<string | null> {
    try {
      await this.addressesOf(url);
      return null;
    } catch (error) {
      return error instanceof TargetRefused ? error.message : null;
    }
  }
}
