import { crc32 } from 'node:zlib';
import { APP_TOKEN } from '@latchkey/contract';
import { type Secrets, toBase62 } from '../../kernel/secrets.ts';

const MARK = 'lk_';

/** 30 digits of base 62 are 178 random bits. */
const RANDOM_LENGTH = 30;

/** The 32 bits of the checksum in base 62. */
const CHECKSUM_LENGTH = 6;

/** What is shown of a token, to tell it from others: 24 of its bits, which help nobody to guess the rest. */
const PREFIX_LENGTH = MARK.length + 4;

/** A new token: the mark, random digits, and their CRC-32, by which a typo is told from a key. */
export const createAppToken = (secrets: Secrets): string => {
  const random = secrets.createBase62(RANDOM_LENGTH);
  return `${MARK}${random}${checksumOf(random)}`;
};

/** Whether a bearer token claims to be one of these, rightly or not. */
export const claimsToBeAppToken = (token: string): boolean => token.startsWith(MARK);

/** Whether it has the form of one, checksum included; says nothing about who issued it. */
export const isAppToken = (token: string): boolean =>
  APP_TOKEN.test(token) && checksumOf(token.slice(MARK.length, -CHECKSUM_LENGTH)) === token.slice(-CHECKSUM_LENGTH);

export const prefixOf = (token: string): string => token.slice(0, PREFIX_LENGTH);

const checksumOf = (random: string): string => toBase62(crc32(random), CHECKSUM_LENGTH);
