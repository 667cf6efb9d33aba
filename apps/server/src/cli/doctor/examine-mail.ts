import { verifyMailServer } from '@latchkey/auth';
import type { Settings } from '../../env.ts';
import { type Finding, reasonOf } from './finding.ts';

/** Connects to the mail server and logs in there; sends nothing. */
export const examineMail = async ({ auth: { mail }, isProduction }: Settings): Promise<Finding> => {
  const what = 'mail';
  const url = mail?.url;
  if (url === undefined)
    return {
      what,
      problem: isProduction ? 'MAIL_URL is unset: nobody can reset a password or be invited.' : null,
      detail: 'none is sent; in development they go to the log',
    };
  const { host } = new URL(url);
  try {
    await verifyMailServer(url);
    return { what, problem: null, detail: host };
  } catch (error) {
    return { what, problem: `MAIL_URL (${host}) cannot be used: ${reasonOf(error)}` };
  }
};
