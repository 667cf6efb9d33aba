import { Anchor, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link, useLocation } from 'react-router';
import { RegisterForm } from './register-form.tsx';

/** Where an account begins. */
export const RegisterPage = () => {
  useDocumentTitle('Create an account · Latchkey');
  const { search } = useLocation();
  return (
    <Stack gap="lg">
      <Paper withBorder radius="lg" p={{ base: 'lg', sm: 'xl' }}>
        <Title order={1} size="h2" mb="lg">
          Create an account
        </Title>
        <RegisterForm />
      </Paper>
      <Text size="sm" c="dimmed" ta="center">
        Have an account already?{' '}
        <Anchor component={Link} to={`/login${search}`} inherit>
          Log in
        </Anchor>
      </Text>
    </Stack>
  );
};
