import type { AuthApiError } from '@latchkey/client';
import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { FieldErrors } from '../forms/field-errors.ts';

/** The refusals of a registration that are about one of its fields. */
export const explainRefusal = ({ code, message }: AuthApiError): FieldErrors => {
  if (code === 'PASSWORD_TOO_WEAK') return { password: message };
  if (code !== 'EMAIL_TAKEN') return {};
  return {
    email: (
      <>
        {message}{' '}
        <Anchor component={Link} to="/login" inherit>
          Log in instead
        </Anchor>
      </>
    ),
  };
};
