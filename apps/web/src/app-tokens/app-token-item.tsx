import { type AppToken, SCOPES } from '@latchkey/contract';
import { Button, Code, Text } from '@mantine/core';
import { Instant } from '../time/instant.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import classes from './app-token-item.module.css';

interface AppTokenItemProps {
  token: AppToken;
  onRevoke: () => void;
}

/** What a program may do in my name, since when and for how long. */
export const AppTokenItem = ({ token, onRevoke }: AppTokenItemProps) => {
  const { name, prefix, scopes, createdAt, lastUsedAt, expiresAt } = token;
  return (
    <li className={classes.item}>
      <div className={classes.words}>
        <div>
          <strong className={classes.name}>{name}</strong> <Code>{prefix}…</Code>
        </div>
        <Text size="sm">{scopes.map((scope) => SCOPES[scope]).join(' · ')}</Text>
        <Text size="sm" c="dimmed">
          Created <Instant value={createdAt} />,{' '}
          {lastUsedAt === null ? (
            'not used yet'
          ) : (
            <>
              last used <RelativeTime instant={lastUsedAt} />
            </>
          )}
          , expires <Instant value={expiresAt} />
        </Text>
      </div>
      <Button variant="default" size="xs" onClick={onRevoke} aria-label={`Revoke ${name}`} className={classes.action}>
        Revoke
      </Button>
    </li>
  );
};
