import { sessionCookieName } from '@latchkey/auth';
import type { Settings } from '../../env.ts';
import type { Finding } from './finding.ts';

/** How browsers reach the service. */
export const examineWeb = ({ publicUrl, listening }: Settings): Finding[] => {
  const url = new URL(publicUrl);
  return [
    examineUrl(url),
    examineProxy(url, listening.trustProxy),
    { what: 'cookie', problem: null, detail: sessionCookieName(url) },
  ];
};

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.+\.localhost)$/;

const examineUrl = ({ protocol, hostname, origin }: URL): Finding => {
  const what = 'public address';
  if (protocol === 'https:' || LOCAL.test(hostname)) return { what, problem: null, detail: origin };
  const problem = `${origin} is reached without https: anybody on the way reads passwords and cookies. Put a proxy with a certificate in front and set PUBLIC_URL to https://….`;
  return { what, problem };
};

/** The service itself speaks plain http: with https somebody stands in front of it. */
const examineProxy = ({ protocol }: URL, trustProxy: string[]): Finding => {
  const what = 'proxy';
  if (trustProxy.length > 0) return { what, problem: null, detail: `trusts ${trustProxy.join(', ')}` };
  if (protocol !== 'https:') return { what, problem: null, detail: 'none' };
  const problem =
    'PUBLIC_URL is https, so a proxy stands in front, but TRUST_PROXY does not name it: everybody seems to come from one address, in limits, lists and the audit log. Set TRUST_PROXY to the address or range of the proxy.';
  return { what, problem };
};
