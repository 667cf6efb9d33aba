import { z } from 'zod';

/** What an app token may be used for. Whatever asks for a password proved a short while ago is beyond all of them. */
export const SCOPES = {
  'account:read': 'Read my profile and the policy of my session',
  'account:write': 'Change my profile',
  'sessions:read': 'List my sessions and follow what happens to them',
  'sessions:write': 'End my sessions',
  'admin:read': 'Read what administrators may read',
  'admin:write': 'Do what administrators may do',
  services: 'Use the services behind this login',
} as const;

export const Scope = z.enum(Object.keys(SCOPES) as [keyof typeof SCOPES, ...(keyof typeof SCOPES)[]]);
export type Scope = z.infer<typeof Scope>;
