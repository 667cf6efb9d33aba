import { Button, Paper, Select, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useId } from 'react';
import classes from './event-filter.module.css';
import { EVENT_OPTIONS } from './event-options.ts';
import { InstantField } from './instant-field.tsx';
import { useDraft } from './use-draft.ts';
import type { EventField, EventFilter as Filter } from './use-event-filter.ts';
import { UserField } from './user-field.tsx';

interface EventFilterProps {
  filter: Filter;
  problems: Partial<Record<EventField, string>>;
}

/** What to look for. On a phone the fields are behind a button, unless something is wrong with them. */
export const EventFilter = ({ filter: { values, count, set, clear }, problems }: EventFilterProps) => {
  const [isAsked, { toggle }] = useDisclosure(false);
  const isOpen = isAsked || Object.keys(problems).length > 0;
  const fieldsId = useId();
  const ip = useDraft(values.ip, (value) => set('ip', value));
  return (
    <Paper withBorder radius="lg" p="md" role="search" aria-label="Filter the audit log">
      <Button
        hiddenFrom="sm"
        variant="default"
        fullWidth
        leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
        onClick={toggle}
        aria-expanded={isOpen}
        aria-controls={fieldsId}
      >
        {count === 0 ? 'Filter' : `Filter (${count})`}
      </Button>
      <div id={fieldsId} className={classes.fields} data-open={isOpen || undefined}>
        <UserField label="User" value={values.user} onChange={(value) => set('user', value)} error={problems.user} />
        <UserField
          label="Done by"
          value={values.actor}
          onChange={(value) => set('actor', value)}
          error={problems.actor}
        />
        <Select
          label="Event"
          placeholder="Any"
          data={choicesFor(values.type)}
          value={values.type === '' ? null : values.type}
          onChange={(type) => set('type', type ?? '')}
          error={problems.type}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Any event' }}
          nothingFoundMessage="There is no such event"
          maxDropdownHeight={320}
        />
        <InstantField label="From" value={values.from} onChange={(value) => set('from', value)} error={problems.from} />
        <InstantField label="Before" value={values.to} onChange={(value) => set('to', value)} error={problems.to} />
        <TextInput
          label="IP address or range"
          placeholder="203.0.113.0/24"
          autoComplete="off"
          spellCheck={false}
          value={ip.text}
          onChange={({ currentTarget }) => ip.setText(currentTarget.value)}
          onBlur={() => ip.finish()}
          onKeyDown={ip.onKeyDown}
          error={problems.ip}
        />
        {count > 0 && (
          <Button variant="subtle" size="compact-sm" className={classes.clear} onClick={clear}>
            Clear the filter
          </Button>
        )}
      </div>
    </Paper>
  );
};

/** A kind that came by link and is not known here stays what it is. */
const choicesFor = (type: string) => {
  const isKnown = type === '' || EVENT_OPTIONS.some(({ items }) => items.some(({ value }) => value === type));
  return isKnown ? EVENT_OPTIONS : [{ value: type, label: type }, ...EVENT_OPTIONS];
};
