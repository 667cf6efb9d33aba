export {
  createVerifier,
  type DenialFeedSettings,
  type SigningAlgorithm,
  type Verifier,
  type VerifierOptions,
} from './create-verifier.ts';
export type { FeedState } from './denial-feed.ts';
export { type TokenRefusal, TokenRefusedError } from './token-refused-error.ts';
