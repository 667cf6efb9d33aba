import { createContext } from 'react';

/** Asks for the password; resolves when it was right, rejects with `refusal` when nobody wants to say it. */
export type Prove = (refusal: Error) => Promise<void>;

/** The dialog of the page. */
export const ReauthenticationContext = createContext<Prove>((refusal) => Promise.reject(refusal));
