import { Role } from '@latchkey/contract';
import { useSearchParams } from 'react-router';

const STATES = ['active', 'banned', 'deleted'] as const;

/** Whether somebody may log in; null: everybody who is not deleted. */
export type UserState = (typeof STATES)[number] | null;

/** What the list of users is narrowed down to. It lives in the address, so that going back finds it again. */
export const useUserFilter = () => {
  const [params, setParams] = useSearchParams();
  const set = (key: 'search' | 'role' | 'state', value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(key);
        else after.set(key, value);
        return after;
      },
      { replace: true },
    );
  const search = params.get('search') ?? '';
  const role = Role.safeParse(params.get('role')).data ?? null;
  const state = toUserState(params.get('state'));
  return {
    search,
    role,
    state,
    isFiltered: search !== '' || role !== null || state !== null,
    setSearch: (value: string) => set('search', value),
    setRole: (value: Role | null) => set('role', value ?? ''),
    setState: (value: UserState) => set('state', value ?? ''),
  };
};

export const toUserState = (value: string | null): UserState => STATES.find((state) => state === value) ?? null;
