import type { AppRouter } from '@latchkey/auth/app-router';
import { createTRPCReact } from '@trpc/react-query';

/** Every procedure as a React Query hook: `authApi.admin.users.list.useQuery({ search })`. */
export const authApi = createTRPCReact<AppRouter>();
