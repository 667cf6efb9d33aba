import { IconUserSearch } from '@tabler/icons-react';
import { Emptiness } from '../layout/emptiness.tsx';

interface NoUsersProps {
  isFiltered: boolean;
}

/** In place of a table without rows. */
export const NoUsers = ({ isFiltered }: NoUsersProps) => (
  <Emptiness icon={IconUserSearch} title={isFiltered ? 'Nobody matches' : 'Nobody is here yet'}>
    {isFiltered
      ? 'Try a part of the e-mail address or of the name, another role, or another state.'
      : 'Accounts appear here as soon as somebody registers or is invited.'}
  </Emptiness>
);
