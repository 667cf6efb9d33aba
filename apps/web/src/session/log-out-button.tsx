import { Button } from '@mantine/core';
import { useLogOut } from './use-log-out.ts';

interface LogOutButtonProps {
  size?: 'xs' | 'sm';
}

/** Ends the session in use. */
export const LogOutButton = ({ size = 'xs' }: LogOutButtonProps) => {
  const { logOut, isLoggingOut } = useLogOut();
  return (
    <Button variant="default" size={size} loading={isLoggingOut} onClick={logOut}>
      Log out
    </Button>
  );
};
