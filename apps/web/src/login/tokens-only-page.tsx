import { Code, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { MessagePage } from '../layout/message-page.tsx';
import { LoginNotice } from './login-notice.tsx';

/** In place of the forms, where a browser cannot be logged in. */
export const TokensOnlyPage = () => (
  <Stack gap="lg">
    <LoginNotice />
    <MessagePage icon={IconKey} title="This service issues tokens only">
      Apps log in here by themselves and get access and refresh tokens. These pages need session cookies, which are
      switched off. Whoever runs this service can switch them on with <Code>AUTH_PROVIDERS=session,jwt</Code>.
    </MessagePage>
  </Stack>
);
