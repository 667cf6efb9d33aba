import { authApi } from '@latchkey/client/react';
import { Box, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useSingleRun } from '../forms/use-single-run.ts';
import { useReauthentication } from '../reauthentication/use-reauthentication.ts';
import { saveFile } from './save-file.ts';

/** Fetches all that is stored about me and saves it as a file. */
export const ExportData = () => {
  const { client } = authApi.useUtils();
  const whenProved = useReauthentication();
  const saving = useMutation({
    mutationFn: async () => {
      const data = await whenProved(() => client.users.exportMe.query());
      const name = `latchkey-${data.user.email}-${data.exportedAt.slice(0, 10)}.json`;
      saveFile(name, data);
      return name;
    },
  });
  const saveOnce = useSingleRun(saving.mutateAsync);
  return (
    <Stack gap={0}>
      {saving.error !== null && (
        <Box mb="md">
          <ErrorNotice error={saving.error} />
        </Box>
      )}
      <Group>
        <Button variant="default" loading={saving.isPending} onClick={() => saveOnce()}>
          Download my data
        </Button>
      </Group>
      <Text size="sm" c="dimmed" role="status" mt={saving.isIdle || saving.isError ? 0 : 'sm'}>
        {saving.isPending && 'Your data are being collected.'}
        {saving.isSuccess &&
          `${saving.data} is in your downloads. Keep it as safe as a letter: it says a lot about you.`}
      </Text>
    </Stack>
  );
};
