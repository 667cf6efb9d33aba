import { createContext } from 'react';

interface MailLink {
  /** Of the link that was followed; null when the page was reached in another way. */
  token: string | null;
  /** Once it is known to be of no use. */
  forget(): void;
}

/** The link of a mail that led to this page. */
export const MailLinkContext = createContext<MailLink>({ token: null, forget: () => {} });
