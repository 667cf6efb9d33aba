import type { AdminUser } from '@latchkey/contract';
import type { ReactNode } from 'react';
import { Section } from '../../layout/section.tsx';
import { Instant } from '../../time/instant.tsx';
import { LastActive } from '../last-active.tsx';
import classes from './facts.module.css';

interface UserFactsProps {
  user: AdminUser;
}

/** What is known about an account, and is not for administrators to change. */
export const UserFacts = ({ user }: UserFactsProps) => (
  <Section title="Account">
    <dl className={classes.facts}>
      <Fact name="E-mail address">
        {user.email} <span className={classes.name}>({user.emailVerified ? 'verified' : 'not verified'})</span>
      </Fact>
      <Fact name={user.hasPassword ? 'Registered' : 'Invited'}>
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
