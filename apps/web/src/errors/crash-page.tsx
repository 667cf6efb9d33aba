import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { MessagePage } from '../layout/message-page.tsx';
import { PlainLayout } from '../layout/plain-layout.tsx';

/** When the app itself fails, for example because a new version was deployed under an open tab. */
export const CrashPage = () => (
  <PlainLayout>
    <MessagePage
      icon={IconAlertTriangle}
      title="Something went wrong on this page"
      action={
        <Button mt="sm" onClick={() => window.location.reload()}>
          Load it again
        </Button>
      }
    >
      <div role="alert">
        Nothing was changed. There may be a newer version of this page; loading it again usually helps.
      </div>
    </MessagePage>
  </PlainLayout>
);
