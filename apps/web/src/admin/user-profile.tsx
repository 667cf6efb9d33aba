import type { AdminUser } from '@latchkey/contract';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Section } from '../layout/section.tsx';
import { Instant } from '../time/instant.tsx';
import { LastActive } from './last-active.tsx';
import { RoleBadge } from './role-badge.tsx';
import classes from './user-profile.module.css';

interface UserProfileProps {
  user: AdminUser;
}

/** What is known about an account. */
export const UserProfile = ({ user }: UserProfileProps) => (
  <Section title="Profile">
    <dl className={classes.facts}>
      <Fact name="Name">{user.name ?? <Text c="dimmed">not given</Text>}</Fact>
      <Fact name="E-mail">
        {user.email}{' '}
        <Text span c="dimmed">
          ({user.emailVerified ? 'verified' : 'not verified'})
        </Text>
      </Fact>
      <Fact name="Role">
        <RoleBadge role={user.role} />
      </Fact>
      <Fact name="Registered">
        <Instant value={user.createdAt} />
      </Fact>
      <Fact name="Last active">
        <LastActive at={user.lastActiveAt} />
      </Fact>
      <Fact name="Id">
        <code className={classes.id}>{user.id}</code>
      </Fact>
    </dl>
  </Section>
);

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className={classes.name}>{name}</dt>
    <dd className={classes.value}>{children}</dd>
  </>
);
