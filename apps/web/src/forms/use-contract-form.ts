import type { AuthApiError } from '@latchkey/client';
import { schemaResolver, useForm } from '@mantine/form';
import { useId, useRef, useState } from 'react';
import { toApiError } from '../errors/to-api-error.ts';
import { useReauthentication } from '../reauthentication/use-reauthentication.ts';
import type { FieldErrors } from './field-errors.ts';
import { fieldErrorsOf } from './field-errors-of.ts';

interface ContractFormOptions<Values, Input> {
  /** The schema that the service checks the input with as well. */
  schema: Parameters<typeof schemaResolver>[0];
  initialValues: Values;
  /** From what is in the fields to what is sent; an empty field may mean "none". */
  toInput(values: Values): Input;
  send(input: Input): Promise<unknown>;
  /** Failures that belong to a field, besides refused values. */
  explain?: (error: AuthApiError) => FieldErrors;
}

/**
 * A form that is checked by a schema of the contract before it is sent. What the service refuses ends up at the
 * field that it is about, or in `failure`; the first wrong field gets the focus.
 */
export const useContractForm = <Values extends Record<string, string>, Input>(
  options: ContractFormOptions<Values, Input>,
) => {
  const { schema, initialValues, toInput, send, explain = () => ({}) } = options;
  const [failure, setFailure] = useState<AuthApiError | null>(null);
  const whenProved = useReauthentication();
  const isSending = useRef(false);
  const check = schemaResolver(schema, { sync: true });
  const form = useForm<Values>({
    // Another form on the page may have a field of the same name, which is not the one to get the focus.
    name: useId().replaceAll('_', ''),
    mode: 'uncontrolled',
    initialValues,
    validate: (values) => check(toInput(values)),
  });
  const fields = Object.keys(initialValues);

  const focusFirst = (errors: FieldErrors) => {
    const first = fields.find((field) => field in errors);
    if (first !== undefined) form.getInputNode(first)?.focus();
  };
  const refuse = (error: AuthApiError) => {
    const errors = { ...fieldErrorsOf(error, fields), ...explain(error) };
    const isAboutFields = Object.keys(errors).length > 0;
    form.setErrors(errors);
    setFailure(isAboutFields ? null : error);
    focusFirst(errors);
  };
  const onSubmit = form.onSubmit(async (values) => {
    // The button is disabled a moment later only; a second click may be faster.
    if (isSending.current) return;
    isSending.current = true;
    setFailure(null);
    await whenProved(() => send(toInput(values))).catch((error: unknown) => refuse(toApiError(error)));
    isSending.current = false;
  }, focusFirst);

  return { form, failure, onSubmit, isSending: form.submitting };
};
