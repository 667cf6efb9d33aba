import { authApi } from '@latchkey/client/react';

/** What administrators do to webhooks; afterwards all that they see of them is read again. */
export const useWebhookActs = () => {
  const utils = authApi.useUtils();
  const onSettled = () => utils.webhooks.invalidate();
  const { create, update, remove, rotateSecret, test, replay, deliveries } = authApi.webhooks;
  return {
    create: create.useMutation({ onSettled }),
    update: update.useMutation({ onSettled }),
    // What is gone must not be asked for again by the page that is about to be left.
    remove: remove.useMutation({ onSuccess: () => utils.webhooks.list.invalidate() }),
    rotateSecret: rotateSecret.useMutation({ onSettled }),
    test: test.useMutation({ onSettled }),
    replay: replay.useMutation({ onSettled }),
    replayDelivery: deliveries.replay.useMutation({ onSettled }),
  };
};
