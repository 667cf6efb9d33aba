import { Role } from '@latchkey/contract';
import { useSearchParams } from 'react-router';

/** What the list of users is narrowed down to. It lives in the address, so that going back finds it again. */
export const useUserFilter = () => {
  const [params, setParams] = useSearchParams();
  const set = (key: 'search' | 'role', value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(key);
        else after.set(key, value);
        return after;
      },
      { replace: true },
    );
  return {
    search: params.get('search') ?? '',
    role: Role.safeParse(params.get('role')).data ?? null,
    setSearch: (search: string) => set('search', search),
    setRole: (role: Role | null) => set('role', role ?? ''),
  };
};
