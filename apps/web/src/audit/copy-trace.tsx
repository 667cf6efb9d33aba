import { ActionIcon, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './copy-trace.module.css';

const SHOWN = 8;

interface CopyTraceProps {
  traceId: string;
}

/** The beginning of a trace id, and the whole of it for the clipboard: it is what the log is searched with. */
export const CopyTrace = ({ traceId }: CopyTraceProps) => (
  <CopyButton value={traceId}>
    {({ copied, copy }) => (
      <span className={classes.root}>
        trace <code title={traceId}>{traceId.slice(0, SHOWN)}</code>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="xs"
          onClick={copy}
          aria-label={copied ? 'Trace id copied' : `Copy the trace id ${traceId}`}
        >
          {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        </ActionIcon>
      </span>
    )}
  </CopyButton>
);
