import type { AuditEvent } from '@latchkey/contract';
import { Link } from 'react-router';
import { useNow } from '../time/use-now.ts';
import classes from './event-sentence.module.css';
import { sentenceOf } from './sentence-of.ts';

const PLACEHOLDER = /(\{actor\}|\{user\})/;

interface EventSentenceProps {
  event: AuditEvent;
  device: string | null;
}

/** Who did what to whom; the names lead to the accounts. */
export const EventSentence = ({ event, device }: EventSentenceProps) => {
  const { userId, userEmail, actorId, actorEmail } = event;
  const parts = sentenceOf({ event, device, now: useNow() }).split(PLACEHOLDER);
  return parts.map((part, place) => {
    const key = `${place} ${part}`;
    if (part === '{actor}') return <Who key={key} id={actorId} email={actorEmail} otherwise="The service" />;
    if (part === '{user}') return <Who key={key} id={userId} email={userEmail} otherwise="somebody" />;
    return <span key={key}>{part}</span>;
  });
};

interface WhoProps {
  id: string | null;
  email: string | null;
  /** When nobody is named. */
  otherwise: string;
}

const Who = ({ id, email, otherwise }: WhoProps) => {
  if (id === null) return <>{otherwise}</>;
  return email === null ? (
    <span title={id}>somebody who is gone</span>
  ) : (
    <Link to={`/admin/users/${id}`} className={classes.who}>
      {email}
    </Link>
  );
};
