import type { AppToken } from '@latchkey/contract';
import { AppTokenItem } from './app-token-item.tsx';
import classes from './app-token-list.module.css';

interface AppTokenListProps {
  tokens: AppToken[];
  onRevoke: (token: AppToken) => void;
}

/** App tokens, one below the other. */
export const AppTokenList = ({ tokens, onRevoke }: AppTokenListProps) => (
  <ul className={classes.list} aria-label="App tokens">
    {tokens.map((token) => (
      <AppTokenItem key={token.id} token={token} onRevoke={() => onRevoke(token)} />
    ))}
  </ul>
);
