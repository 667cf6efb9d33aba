import { useVerifyEmail } from '@latchkey/client/react';
import { Button, Group } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { toApiError } from '../errors/to-api-error.ts';
import { useSingleRun } from '../forms/use-single-run.ts';
import { Card } from '../layout/card.tsx';

interface ConfirmByLinkProps {
  token: string;
  onConfirmed: () => void;
  onRefused: () => void;
}

/** One click more than needed: programs that look for harm in mails open links, and some of them run the scripts there. */
export const ConfirmByLink = ({ token, onConfirmed, onRefused }: ConfirmByLinkProps) => {
  const verify = useVerifyEmail();
  const confirm = useSingleRun(async () => {
    try {
      await verify.mutateAsync({ token });
      onConfirmed();
    } catch (error) {
      if (toApiError(error).code === 'TOKEN_INVALID') onRefused();
    }
  });
  return (
    <Card
      title="Confirm your address"
      description="You followed the link of a mail of ours. If you want your account to have the address that the mail came to, confirm that it is yours."
    >
      {verify.error !== null && <ErrorNotice error={verify.error} />}
      <Group>
        <Button size="md" loading={verify.isPending} onClick={confirm} autoFocus>
          Confirm my address
        </Button>
      </Group>
    </Card>
  );
};
