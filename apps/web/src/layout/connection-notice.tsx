import { useIsConnected } from '@latchkey/client/react';
import { IconPlugConnectedX } from '@tabler/icons-react';
import classes from './connection-notice.module.css';

/** Says that what is shown may be outdated, for as long as the service cannot be reached. */
export const ConnectionNotice = () => {
  const isConnected = useIsConnected();
  return (
    <div role="status" className={classes.frame}>
      {!isConnected && (
        <p className={classes.bar}>
          <IconPlugConnectedX size={16} stroke={1.7} aria-hidden /> Connection lost. Trying again…
        </p>
      )}
    </div>
  );
};
