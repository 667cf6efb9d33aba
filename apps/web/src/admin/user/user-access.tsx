import type { AdminUser } from '@latchkey/contract';
import { Anchor, Stack, Text } from '@mantine/core';
import { useRef } from 'react';
import { Link } from 'react-router';
import { ConfirmDialog } from '../../confirmation/confirm-dialog.tsx';
import { useConfirmation } from '../../confirmation/use-confirmation.ts';
import { Section } from '../../layout/section.tsx';
import { useIdentity } from '../../session/use-identity.ts';
import { BanRow } from './ban-row.tsx';
import { DeletionRow } from './deletion-row.tsx';
import { PasswordRow } from './password-row.tsx';

interface UserAccessProps {
  user: AdminUser;
}

/** Whether somebody may log in: passwords, bans and deletion. */
export const UserAccess = ({ user }: UserAccessProps) => {
  const { user: me } = useIdentity();
  const { ask, dialog } = useConfirmation();
  const section = useRef<HTMLDivElement>(null);
  return (
    <div ref={section} tabIndex={-1}>
      <Section title="Access" description="Who may log in. Bans and deletions are in the audit log, with your name.">
        {user.id === me.id ? (
          <MyOwn />
        ) : (
          <Stack gap="lg">
            {user.deletedAt === null && <PasswordRow user={user} />}
            {user.deletedAt === null && <BanRow user={user} focusAfter={section} />}
            <DeletionRow user={user} ask={ask} focusAfter={section} />
          </Stack>
        )}
      </Section>
      <ConfirmDialog {...dialog} focusAfter={section} />
    </div>
  );
};

const MyOwn = () => (
  <Text size="sm">
    This is your own account. Only another administrator can ban or delete it here, or take the role away, so that there
    always is one. Your password, and leaving for good, are on{' '}
    <Anchor component={Link} to="/account" inherit>
      your account page
    </Anchor>
    .
  </Text>
);
