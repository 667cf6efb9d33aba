import type { AuthApiError } from '@latchkey/client';
import type { FieldErrors } from './field-errors.ts';

/** A code is void after a few wrong ones, so that comparing alone may never help. */
export const explainRefusedCode = ({ code }: AuthApiError): FieldErrors =>
  code === 'TOKEN_INVALID'
    ? {
        code: 'This code is not right, or not valid any more. Compare it with the newest mail, or ask for another one.',
      }
    : {};
