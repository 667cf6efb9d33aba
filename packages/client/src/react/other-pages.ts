const CHANNEL = 'latchkey login';

/** Tells the other tabs of the browser that somebody else, or nobody, is logged in now. */
export const tellOtherPages = (): void => {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
};

/** Calls back when another tab logs in or out; answers the way to stop that. */
export const onOtherPageLogin = (callback: () => void): (() => void) => {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = callback;
  return () => channel.close();
};
