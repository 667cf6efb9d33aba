import type { AdminUser } from '@latchkey/contract';
import { Badge, Group } from '@mantine/core';
import { formatUntil } from '../time/format-until.ts';
import { useNow } from '../time/use-now.ts';

interface UserBadgesProps {
  user: AdminUser;
}

interface Mark {
  words: string;
  color: string;
}

/** What is special about an account; nothing for most. */
export const UserBadges = ({ user }: UserBadgesProps) => {
  const marks = marksOf(user, useNow());
  return (
    marks.length > 0 && (
      <Group component="span" gap={6} display="inline-flex">
        {marks.map(({ words, color }) => (
          <Badge key={words} component="span" variant={color === 'gray' ? 'default' : 'light'} tt="none" color={color}>
            {words}
          </Badge>
        ))}
      </Group>
    )
  );
};

const marksOf = ({ role, banned, deletedAt, hasPassword, emailVerified }: AdminUser, now: Date): Mark[] => [
  ...(role === 'admin' ? [{ words: 'administrator', color: 'pine' }] : []),
  ...(deletedAt === null ? [] : [{ words: 'deleted', color: 'red' }]),
  ...(banned === null ? [] : [{ words: banWords(banned, now), color: 'red' }]),
  ...(hasPassword ? [] : [{ words: 'invited', color: 'blue' }]),
  ...(hasPassword && !emailVerified ? [{ words: 'not verified', color: 'gray' }] : []),
];

const banWords = ({ until }: NonNullable<AdminUser['banned']>, now: Date): string =>
  until === null ? 'banned' : `banned ${formatUntil(new Date(until), now)}`;
