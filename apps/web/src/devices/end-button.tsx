import type { Session } from '@latchkey/contract';
import { Button } from '@mantine/core';

interface EndButtonProps {
  session: Session;
  onClick: () => void;
}

/** Starts to end one session; for screen readers it says which. */
export const EndButton = ({ session, onClick }: EndButtonProps) => (
  <Button variant="default" size="xs" onClick={onClick} aria-label={`Sign out ${session.device.label}`}>
    Sign out
  </Button>
);
