import { Anchor, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link, useLocation } from 'react-router';
import { LoginForm } from './login-form.tsx';
import { LoginNotice } from './login-notice.tsx';

/** Where everybody starts, and where an ended session leads to. */
export const LoginPage = () => {
  useDocumentTitle('Log in · Latchkey');
  const { search } = useLocation();
  return (
    <Stack gap="lg">
      <LoginNotice />
      <Paper withBorder radius="lg" p={{ base: 'lg', sm: 'xl' }}>
        <Title order={1} size="h2" mb="lg">
          Log in
        </Title>
        <LoginForm />
      </Paper>
      <Text size="sm" c="dimmed" ta="center">
        No account yet?{' '}
        <Anchor component={Link} to={`/register${search}`} inherit>
          Create one
        </Anchor>
      </Text>
    </Stack>
  );
};
