import { SCOPES, Scope } from '@latchkey/contract';
import { Checkbox, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useIdentity } from '../session/use-identity.ts';

interface ScopesFieldProps {
  onChange: (scopes: string[]) => void;
  error?: ReactNode;
  /** Where a form looks for the field. */
  'data-path'?: string;
}

/** What a token may be used for. Those of administrators are shown to administrators. */
export const ScopesField = ({ onChange, error, 'data-path': path }: ScopesFieldProps) => {
  const { role } = useIdentity().user;
  const scopes = Scope.options.filter((scope) => role === 'admin' || !scope.startsWith('admin:'));
  return (
    <Checkbox.Group
      label="What it may do"
      description="As little as it needs. It never changes your password, your address or your tokens."
      error={error}
      onChange={onChange}
      tabIndex={-1}
      data-path={path}
    >
      <Stack gap={8} mt="xs">
        {scopes.map((scope) => (
          <Checkbox key={scope} value={scope} label={SCOPES[scope]} description={scope} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
};
