import { authApi } from '@latchkey/client/react';
import { useEffect, useRef } from 'react';

/**
 * For a webhook that is gone: once its page has been left, nothing is remembered of it, so that going back does not
 * show it alive.
 */
export const useForgetting = (id: string) => {
  const utils = authApi.useUtils();
  const isGone = useRef(false);
  useEffect(
    () => () => {
      if (!isGone.current) return;
      // What is still shown would be asked for again; all parts of the page have let go of it a moment later.
      queueMicrotask(() => {
        void utils.webhooks.get.reset({ id });
        void utils.webhooks.deliveries.list.reset();
      });
    },
    [utils, id],
  );
  return () => {
    isGone.current = true;
  };
};
