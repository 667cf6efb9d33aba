import { use, useState } from 'react';
import { MailLinkContext } from '../mail-link/mail-link-context.ts';
import { ConfirmByLink } from './confirm-by-link.tsx';
import { Confirmed } from './confirmed.tsx';
import { EnterCode } from './enter-code.tsx';
import { UselessConfirmation } from './useless-confirmation.tsx';

/** Where a link or code from a mail proves an address: that of an account, or the one it is to have from now on. */
export const VerifyEmailPage = () => {
  const { token, forget } = use(MailLinkContext);
  const [outcome, setOutcome] = useState<'open' | 'refused' | 'done'>('open');
  const settle = (next: 'refused' | 'done') => {
    forget();
    setOutcome(next);
  };
  if (token !== null) {
    return (
      <ConfirmByLink key={token} token={token} onConfirmed={() => settle('done')} onRefused={() => settle('refused')} />
    );
  }
  if (outcome === 'done') return <Confirmed />;
  if (outcome === 'refused') return <UselessConfirmation onEnterCode={() => setOutcome('open')} />;
  return <EnterCode onConfirmed={() => setOutcome('done')} />;
};
