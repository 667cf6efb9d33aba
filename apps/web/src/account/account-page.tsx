import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { Page } from '../layout/page.tsx';
import { Section } from '../layout/section.tsx';
import { LogOutButton } from '../session/log-out-button.tsx';
import { EmailStatus } from './email-status.tsx';
import { ProfileForm } from './profile-form.tsx';

/** What belongs to my account, a section each. */
export const AccountPage = () => (
  <Page title="My account">
    <Section title="Profile" description="How you want to be called.">
      <ProfileForm />
    </Section>
    <Section title="E-mail" description="The address that you log in with.">
      <EmailStatus />
    </Section>
    <Section title="Devices" description="Where you are logged in, and how to end it.">
      <Group gap="sm">
        <Button component={Link} to="/sessions" variant="default">
          See my devices
        </Button>
        <LogOutButton size="sm" />
      </Group>
    </Section>
  </Page>
);
