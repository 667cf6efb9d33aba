import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { AppTokensSection } from '../app-tokens/app-tokens-section.tsx';
import { Page } from '../layout/page.tsx';
import { Section } from '../layout/section.tsx';
import { LogOutButton } from '../session/log-out-button.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { EmailSettings } from './email-settings.tsx';
import { ExportData } from './export-data.tsx';
import { PasswordForm } from './password-form.tsx';
import { ProfileForm } from './profile-form.tsx';

/** What belongs to my account, a section each. */
export const AccountPage = () => (
  <Page title="My account">
    <Section title="Profile" description="What should we call you?">
      <ProfileForm />
    </Section>
    <Section title="E-mail address" description="What you log in with, and where our mails go.">
      <EmailSettings />
    </Section>
    <Section
      title="Password"
      description="A new one signs you out on all your other devices at once. Here you stay logged in."
    >
      <PasswordForm />
    </Section>
    <Section title="Devices" description="Where you are logged in, and how to end it.">
      <Group gap="sm">
        <Button component={Link} to="/sessions" variant="default">
          See my devices
        </Button>
        <LogOutButton size="sm" />
      </Group>
    </Section>
    <AppTokensSection />
    <Section
      title="My data"
      description="All that is stored about you, in one file: your profile, sessions, mails and what was recorded. Passwords are no part of it."
    >
      <ExportData />
    </Section>
    <Section title="Delete my account" description="All your sessions end, and the account is gone for everybody.">
      <DeleteAccount />
    </Section>
  </Page>
);
