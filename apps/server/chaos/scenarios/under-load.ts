import { setTimeout as sleep } from 'node:timers/promises';
import { logInManyTimes } from '../instance.ts';
import { openStreams } from '../open-streams.ts';
import type { Fault } from '../postgres-faults.ts';
import type { Outcome, ScenarioOptions } from '../scenario.ts';
import { setStage } from '../stage.ts';
import { Storm } from '../storm.ts';
import { type Tally, violationsOf } from '../tally.ts';

interface UnderLoad {
  fault: Fault;
  /** How long it lasts, if it can last. */
  seconds: number;
}

const CALM_SECONDS = 1;
const REVOCATIONS_PER_SECOND = 10;

const PROMISED_WAIT_MS = 3000;
const PROMISED_RECOVERY_MS = 5000;

/** Sessions are revoked at one instance and checked at another one, without pause, while something happens to PostgreSQL. */
export const surviveUnderLoad = async (
  { fault, seconds }: UnderLoad,
  { isQuick, onProgress }: ScenarioOptions,
): Promise<Outcome> => {
  const [faultSeconds, afterSeconds] = isQuick ? [Math.min(seconds, 3), 6] : [seconds, 8];
  await using stage = await setStage(onProgress);
  const [revoking, checking] = [await stage.start(), await stage.start()];
  const count = Math.ceil((CALM_SECONDS + faultSeconds + afterSeconds) * REVOCATIONS_PER_SECOND);
  const sessions = await logInManyTimes(revoking, 'ada@example.com', count);
  const streams = await openStreams(checking, sessions);
  const storm = new Storm({ revoking, checking, sessions });
  await sleep(CALM_SECONDS * 1000);
  await fault(stage, faultSeconds);
  storm.faultEnded();
  await sleep(afterSeconds * 1000);
  const tally = await storm.end();
  const silentStreams = await streams.countSilent(storm.revokedIds(), afterSeconds);
  streams.close();
  const hasEnded = [revoking, checking].some(({ process }) => process.child.exitCode !== null);
  return {
    seen: { ...seenIn(tally), 'silent streams': silentStreams },
    violations: [
      ...violationsOf(tally),
      ...(silentStreams > 0 ? [`${silentStreams} streams of revoked sessions were not told`] : []),
      ...(hasEnded ? ['an instance has ended'] : []),
    ],
    late: latenessOf(tally),
  };
};

const seenIn = (tally: Tally): Record<string, number> => ({
  checks: tally.checks,
  revoked: tally.revoked,
  'accepted after revocation': tally.acceptedAfterRevocation,
  'falsely refused': tally.falselyRefused,
  'answered 503': tally.unavailable,
  'ms longest wait for a 503': Math.round(tally.longestWaitMs),
  'ms until normal again': Math.round(tally.recoveredAfterMs),
});

const latenessOf = ({ longestWaitMs, recoveredAfterMs }: Tally): string[] => [
  ...(longestWaitMs > PROMISED_WAIT_MS ? [`a 503 took ${Math.round(longestWaitMs)} ms`] : []),
  ...(recoveredAfterMs > PROMISED_RECOVERY_MS ? [`normal again after ${Math.round(recoveredAfterMs)} ms`] : []),
];
