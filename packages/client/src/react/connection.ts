import { createContext, use } from 'react';

/** Whether the stream of changes is open, or has no reason not to be. */
export const ConnectionContext = createContext(true);

/**
 * Whether changes arrive: false from when the stream of them fails until it is open again. True for whoever has none,
 * not being logged in.
 */
export const useIsConnected = (): boolean => use(ConnectionContext);
