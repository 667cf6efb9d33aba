import { hash } from 'node:crypto';

/**
 * What is sealed of an event, in two parts, as text that any change of any column changes. `personal` is what the
 * purge of an account empties; the rest stays for ever.
 */
export const CANONICAL_SQL = `
  jsonb_build_array(e.id, to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.type,
    e.user_id, e.session_id, e.actor_id, e.trace_id)::text as lasting,
  jsonb_build_array(e.ip_address::text, e.data)::text as personal`;

/** An event in its canonical form. */
export interface CanonicalEvent {
  lasting: string;
  personal: string;
}

/** A link of the chain; hashes in hexadecimal. */
export interface Link {
  position: number;
  hash: string;
}

/** What the first link follows. */
export const GENESIS: Link = { position: 0, hash: '0'.repeat(64) };

/** The salt keeps an address from being guessed from its hash once the address itself is gone. */
export const hashPersonal = (salt: string, personal: string): string => hash('sha256', `${salt}\n${personal}`, 'hex');

/** The link after `previous`: SHA-256 over the previous hash, the position and both parts of the event. */
export const nextLink = (previous: Link, lasting: string, personalHash: string): Link => {
  const position = previous.position + 1;
  const text = ['latchkey-seal-1', previous.hash, position, lasting, personalHash].join('\n');
  return { position, hash: hash('sha256', text, 'hex') };
};
