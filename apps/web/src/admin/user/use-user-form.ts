import { type AdminUser, AdminUserUpdateInput } from '@latchkey/contract';
import { useContractForm } from '../../forms/use-contract-form.ts';

type Fields = Record<'name' | 'email' | 'role', string>;

/** The form about an account; only what was changed in it is sent. */
export const useUserForm = (user: AdminUser, send: (input: AdminUserUpdateInput) => Promise<unknown>) => {
  const { id, email, role } = user;
  const name = user.name ?? '';
  return useContractForm<Fields, AdminUserUpdateInput>({
    schema: AdminUserUpdateInput,
    initialValues: { name, email, role },
    toInput: (values) => ({
      id,
      ...(values.name.trim() !== name && { name: values.name.trim() || null }),
      ...(values.email.trim().toLowerCase() !== email && { email: values.email }),
      ...(values.role !== role && { role: values.role === 'admin' ? 'admin' : 'user' }),
    }),
    send,
  });
};
