import type { SessionState } from '@latchkey/client/react';
import { createContext } from 'react';

type KnownSession = Extract<SessionState, { status: 'authenticated' | 'anonymous' }>;

/** Whether somebody is logged in, once that is known. */
export const SessionContext = createContext<KnownSession>({ status: 'anonymous', endReason: null });
