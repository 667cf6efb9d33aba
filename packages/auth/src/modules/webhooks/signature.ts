import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** A secret as its receiver configures it, out of its bytes (Standard Webhooks, "Signature scheme"). */
export const formatSecret = (key: Buffer): string => `${PREFIX}${key.toString('base64')}`;

export interface SignedMessage {
  id: string;
  /** Seconds since 1970. */
  timestamp: number;
  body: string;
}

/** The header `webhook-signature`: one HMAC-SHA256 for each key, so that a receiver may change over in its own time. */
export const sign = ({ id, timestamp, body }: SignedMessage, keys: Buffer[]): string =>
  keys.map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`).join(' ');
