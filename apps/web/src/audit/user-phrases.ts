import { formatUntil } from '../time/format-until.ts';
import { always, type EventFacts, isOwn, on, ownOr, type Phrase, textOf } from './phrase.ts';

const fieldsOf = ({ event }: EventFacts): string => {
  const { changed } = event.data;
  const names = Array.isArray(changed)
    ? changed.map((name) => (name === 'email' ? 'e-mail address' : String(name)))
    : [];
  return names.length === 0 ? 'data' : names.join(' and ');
};

const created: Phrase = (facts) => {
  const role = textOf(facts, 'role') === 'admin' ? ' as an administrator' : '';
  return facts.event.actorId === null ? `An account was created for {user}${role}` : `{actor} invited {user}${role}`;
};

const updated: Phrase = (facts) => {
  const fields = fieldsOf(facts);
  const role = textOf(facts, 'role');
  if (isOwn(facts)) return `{user} changed their ${fields}`;
  if (facts.event.actorId === null) return `The ${fields} of {user} changed`;
  if (fields === 'role' && role !== null)
    return role === 'admin'
      ? '{actor} made {user} an administrator'
      : '{actor} took the administrator role from {user}';
  return `{actor} changed the ${fields} of {user}`;
};

const banned: Phrase = (facts) => {
  const until = textOf(facts, 'until');
  const reason = textOf(facts, 'reason');
  const time = until === null ? 'for good' : formatUntil(new Date(until), facts.now);
  return `{actor} banned {user} ${time}${reason === null ? '' : ` (“${reason}”)`}`;
};

const loginFailed: Phrase = (facts) => {
  if (facts.event.userId === null) return 'Somebody failed to log in with an address that nobody has';
  return textOf(facts, 'reason') === 'banned'
    ? '{user} tried to log in and was refused, being banned'
    : 'Somebody failed to log in as {user}';
};

/** What happens to accounts, in words. */
export const USER_PHRASES: Record<string, Phrase> = {
  'user.registered': always('{user} registered'),
  'user.registration_repeated': always('Somebody tried to register with the address of {user}'),
  'user.created': created,
  'user.updated': updated,
  'user.banned': banned,
  'user.unbanned': always('{actor} lifted the ban of {user}'),
  'user.deleted': ownOr('{user} deleted their account', '{actor} deleted the account of {user}'),
  'user.restored': ownOr('{user} restored their account', '{actor} restored the account of {user}'),
  'user.purged': always('The account of {user} was purged'),
  'user.exported': always('{user} exported their data'),
  'user.login': (facts) =>
    `{user} logged in${facts.event.data.newDevice === true ? ' on a new device' : ''}${on(facts)}`,
  'user.login_failed': loginFailed,
  'user.logout': always('{user} logged out'),
  'user.locked': ({ event }) =>
    `Logins ${event.userId === null ? 'with an address that nobody has' : 'as {user}'} were locked for a while`,
  'user.reauthenticated': always('{user} confirmed their password'),
  'user.reauthentication_failed': always('{user} failed to confirm their password'),
  'user.password_changed': always('{user} changed their password'),
  'user.password_reset_requested': always('Somebody asked for a link to reset the password of {user}'),
  'user.password_reset': always('{user} chose a password with a mailed link or code'),
  'user.email_change_requested': always('{user} asked for another e-mail address'),
  'user.email_change_cancelled': always('{user} called the change of their e-mail address off'),
  'user.email_verified': always('{user} verified their e-mail address'),
  'user.code_entered': ({ event }) => `${event.userId === null ? 'Somebody' : '{user}'} entered a mailed code`,
};
