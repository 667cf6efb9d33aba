import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';

interface HostResolverOptions {
  /** Default: those of the operating system. */
  nameServers?: string[];
  /** Default: that of Linux and macOS; one that is not there knows nobody. */
  hostsFile?: string;
  /** For names, not for each question. Default: 4000. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 4000;
/** For one question to one server: there may be a second server. */
const ASK_MS = 1500;
const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Finds the addresses of a host in the hosts file, or by asking name servers. `dns.lookup` would ask for them in
 * Node's thread pool, where four names that hang keep everybody else waiting; here they cost a socket.
 */
export class HostResolver {
  readonly #options: HostResolverOptions;

  constructor(options: HostResolverOptions = {}) {
    this.#options = options;
  }

  /** @throws Error with a `code` of `node:dns`, within the time of the options */
  async resolve(hostname: string): Promise<string[]> {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    // RFC 6761 §6.3: these names never leave the machine.
    if (name === 'localhost' || name.endsWith('.localhost')) return LOOPBACK;
    const noted = await this.#findInHostsFile(name);
    return noted.length > 0 ? noted : this.#ask(name);
  }

  async #findInHostsFile(name: string): Promise<string[]> {
    const { hostsFile = '/etc/hosts' } = this.#options;
    const text = await readFile(hostsFile, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      const [address = '', ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
      return names.includes(name) ? [address] : [];
    });
  }

  async #ask(name: string): Promise<string[]> {
    const { nameServers, timeoutMs = TIMEOUT_MS } = this.#options;
    // A new one each time knows the servers of today.
    const resolver = new Resolver({ timeout: ASK_MS, tries: 2 });
    if (nameServers !== undefined) resolver.setServers(nameServers);
    const timer = setTimeout(() => resolver.cancel(), timeoutMs);
    try {
      const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (found.length === 0 && v4.status === 'rejected') throw v4.reason;
      return found;
    } finally {
      clearTimeout(timer);
    }
  }
}
