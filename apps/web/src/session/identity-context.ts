import type { Identity } from '@latchkey/contract';
import { createContext } from 'react';

/** Who is logged in; null outside the pages that need a session. */
export const IdentityContext = createContext<Identity | null>(null);
