import { Button, Group, Stack, TextInput } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';
import { EventsField } from './events-field.tsx';

interface Values {
  url: string;
  description: string;
  events: string[];
}

interface WebhookFormProps {
  /** What the service checks it with as well. */
  schema: Parameters<typeof useContractForm>[0]['schema'];
  initial: Values;
  /** Besides what is in the fields. */
  fixed?: { id: string };
  submitLabel: string;
  onCancel?: () => void;
  send: (values: Values) => Promise<unknown>;
}

/** Where events go, and which. */
export const WebhookForm = ({ schema, initial, fixed, submitLabel, onCancel, send }: WebhookFormProps) => {
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema,
    initialValues: { ...initial, events: initial.events.join() },
    toInput: ({ url, description, events }) => ({
      ...fixed,
      url,
      description,
      events: events === '' ? [] : events.split(','),
    }),
    send,
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput
          key={form.key('url')}
          {...form.getInputProps('url')}
          label="Address"
          description="Events are sent there with POST. Usually it has to be on the public internet."
          placeholder="https://example.com/hooks/latchkey"
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <TextInput
          key={form.key('description')}
          {...form.getInputProps('description')}
          label="Description (optional)"
          autoComplete="off"
        />
        <EventsField
          initial={initial.events}
          onChange={(events) => form.setFieldValue('events', events.join())}
          error={form.errors.events}
        />
        <Group justify="flex-end" gap="sm" mt="xs">
          {onCancel !== undefined && (
            <Button variant="default" onClick={onCancel} disabled={isSending}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={isSending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
