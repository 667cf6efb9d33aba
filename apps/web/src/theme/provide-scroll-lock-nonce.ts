import { styleNonce } from './style-nonce.ts';

/**
 * Modals and drawers lock the page with a style element of react-remove-scroll, which knows nothing of Mantine's
 * nonce: its `get-nonce` reads this global.
 */
export const provideScrollLockNonce = (): void => {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
};
