import { MultiSelect } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { eventChoices } from './event-choices.ts';

const ALL = '*';

interface EventsFieldProps {
  initial: string[];
  onChange: (events: string[]) => void;
  error: ReactNode;
}

/** Which events a webhook is told of. "All" and some of them exclude each other: the choice made last counts. */
export const EventsField = ({ initial, onChange, error }: EventsFieldProps) => {
  const [events, setEvents] = useState(initial);
  const choose = (chosen: string[]) => {
    const next = chosen.at(-1) === ALL ? [ALL] : chosen.filter((event) => event !== ALL);
    setEvents(next);
    onChange(next);
  };
  return (
    <MultiSelect
      label="Events"
      description="What it is told of."
      data={eventChoices(initial)}
      value={events}
      onChange={choose}
      error={error}
      searchable
      hidePickedOptions
      nothingFoundMessage="There is no such event"
      comboboxProps={{ withinPortal: true }}
      maxDropdownHeight={260}
    />
  );
};
