import { authApi } from '@latchkey/client/react';
import { Section } from '../layout/section.tsx';
import { AppTokens } from './app-tokens.tsx';

/** Nothing where there are no app tokens. */
export const AppTokensSection = () => {
  const { data } = authApi.auth.config.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY });
  return (
    data?.modules.includes('app-tokens') && (
      <Section
        title="App tokens"
        description="Keys for programs that act in your name. A new password ends them all; signing out of your devices leaves them as they are."
      >
        <AppTokens />
      </Section>
    )
  );
};
