import { Anchor } from '@mantine/core';
import { IconDoorExit } from '@tabler/icons-react';
import { Link, Navigate, useLocation } from 'react-router';
import { MessagePage } from '../layout/message-page.tsx';
import { RestoreHint } from './restore-hint.tsx';

/** After the end of an account; for everybody else this page has nothing to say. */
export const GoodbyePage = () => (useLocation().state?.isDeleted === true ? <Goodbye /> : <Navigate replace to="/" />);

const Goodbye = () => (
  <MessagePage icon={IconDoorExit} title="Your account is deleted">
    <div role="status">
      You are signed out on all devices. <RestoreHint /> Your address is free: you can{' '}
      <Anchor component={Link} to="/register" inherit>
        create another account
      </Anchor>{' '}
      with it at any time.
    </div>
  </MessagePage>
);
