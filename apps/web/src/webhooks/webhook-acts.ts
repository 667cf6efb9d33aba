import type { Webhook } from '@latchkey/contract';
import type { Act } from '../confirmation/act.ts';
import { nameOf } from './name-of.ts';

interface ActOptions {
  webhook: Webhook;
  /** Does it. */
  act: () => Promise<unknown>;
}

export const disableAct = ({ webhook, act }: ActOptions): Act => ({
  title: `Disable ${nameOf(webhook)}?`,
  consequence:
    'Nothing is sent to it any more. What waits is held for three days and goes out if you enable it again before; what happens meanwhile stays in the audit log, from which you can send it later.',
  label: 'Disable',
  perform: async () => {
    await act();
    return `${nameOf(webhook)} is disabled.`;
  },
});

export const rotateAct = ({ webhook, act }: ActOptions): Act => ({
  title: 'Create a new secret?',
  consequence: `From now on ${nameOf(webhook)} gets messages that are signed twice, with the new secret and with the present one. The present one stops after 24 hours: give the new one to the receiver before.`,
  label: 'Create a new secret',
  perform: async () => {
    await act();
    return 'There is a new secret.';
  },
});

export const deleteAct = ({ webhook, act }: ActOptions): Act => ({
  title: `Delete ${nameOf(webhook)}?`,
  consequence:
    'Nothing is sent to it any more, what waits included, and the list of what was sent is gone. This cannot be taken back; the audit log stays as it is.',
  label: 'Delete the webhook',
  perform: async () => {
    await act();
    return `${nameOf(webhook)} is deleted.`;
  },
});
