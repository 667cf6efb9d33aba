interface Node {
  host: string;
  port: number;
}

/** Where Redis is and how to get in. */
export interface RedisAddress {
  /** `single`: one server; `cluster`: some of its nodes; `sentinel`: those who know the primary. */
  kind: 'single' | 'cluster' | 'sentinel';
  nodes: Node[];
  isTls: boolean;
  username?: string;
  password?: string;
  /** Of a single server or behind sentinels. */
  db: number;
  /** How the sentinels call the primary. */
  primaryName?: string;
  /** Of the sentinels themselves. */
  sentinelPassword?: string;
}

const ADDRESS =
  /^(?<protocol>rediss?)(?:\+(?<kind>cluster|sentinel))?:\/\/(?:(?<credentials>[^@/]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<path>[^?#]*))?(?:\?(?<search>[^#]*))?$/;

const DEFAULT_PORTS = { single: 6379, cluster: 6379, sentinel: 26_379 };

const EXAMPLES =
  'Use redis://host:6379, rediss://… with TLS, redis+cluster://host1:6379,host2:6379 or redis+sentinel://host1:26379,host2:26379/primary-name.';

/**
 * Reads an address as a setting has it.
 * @throws Error with what to do about it; never with the address, which may hold a password
 */
export const parseRedisAddress = (text: string): RedisAddress => {
  const groups = ADDRESS.exec(text)?.groups;
  if (groups === undefined) throw new Error(EXAMPLES);
  const { protocol, credentials = '', hosts = '', path = '', search = '' } = groups;
  const kind = (groups.kind ?? 'single') as RedisAddress['kind'];
  const nodes = hosts.split(',').map((host) => parseNode(host, DEFAULT_PORTS[kind]));
  if (kind === 'single' && nodes.length > 1) throw new Error(`One server has one address. ${EXAMPLES}`);
  return {
    kind,
    nodes,
    isTls: protocol === 'rediss',
    ...parseCredentials(credentials),
    ...parsePath(kind, path),
    ...parseSearch(kind, search),
  };
};

const parseNode = (text: string, defaultPort: number): Node => {
  const url = URL.parse(`redis://${text.trim()}`);
  if (url === null || url.hostname === '' || url.port === '0') throw new Error(`A host or port is wrong. ${EXAMPLES}`);
  // Brackets belong to the notation of an address, not to an IPv6 address.
  return { host: url.hostname.replaceAll(/[[\]]/g, ''), port: Number(url.port || defaultPort) };
};

/** `:password`, `user:password`, percent-encoded. */
const parseCredentials = (text: string): Pick<RedisAddress, 'username' | 'password'> => {
  if (text === '') return {};
  const [username, ...rest] = text.split(':');
  const password = rest.join(':');
  return {
    ...(username !== undefined && username !== '' && { username: decode(username) }),
    ...(password !== '' && { password: decode(password) }),
  };
};

const parsePath = (kind: RedisAddress['kind'], path: string): Pick<RedisAddress, 'db' | 'primaryName'> => {
  const parts = path.split('/').filter((part) => part !== '');
  const primaryName = kind === 'sentinel' ? parts.shift() : undefined;
  if (kind === 'sentinel' && primaryName === undefined) {
    throw new Error('Name the primary that the sentinels watch: redis+sentinel://host1:26379/primary-name.');
  }
  const [db = '0', ...rest] = parts;
  if (rest.length > 0 || !/^\d{1,5}$/.test(db)) throw new Error('Use a number for the database: redis://host:6379/2.');
  if (kind === 'cluster' && parts.length > 0) throw new Error('A cluster has no numbered databases.');
  return { db: Number(db), ...(primaryName !== undefined && { primaryName: decode(primaryName) }) };
};

const parseSearch = (kind: RedisAddress['kind'], search: string): Pick<RedisAddress, 'sentinelPassword'> => {
  const parameters = new URLSearchParams(search);
  const sentinelPassword = parameters.get('sentinelPassword');
  parameters.delete('sentinelPassword');
  if (parameters.size > 0 || (sentinelPassword !== null && kind !== 'sentinel')) {
    throw new Error('Only ?sentinelPassword=… may follow, and only with redis+sentinel.');
  }
  return sentinelPassword === null ? {} : { sentinelPassword };
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('User and password must be percent-encoded.');
  }
};
