import { Button } from '@mantine/core';
import { IconWebhook } from '@tabler/icons-react';
import { Link } from 'react-router';
import { MessagePage } from '../layout/message-page.tsx';

/** For the address of a webhook that does not exist. */
export const WebhookNotFound = () => (
  <MessagePage
    icon={IconWebhook}
    title="No such webhook"
    action={
      <Button component={Link} to="/admin/webhooks" variant="default" mt="sm">
        See all webhooks
      </Button>
    }
  >
    There is none with this id. It may have been deleted; the audit log knows by whom.
  </MessagePage>
);
