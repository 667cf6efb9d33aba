import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HELP, readOptions, UsageError } from './options.ts';
import { toMarkdown } from './report/markdown.ts';
import { toTerminal } from './report/terminal.ts';
import { runBench } from './run-bench.ts';

const BROKEN = 1;
const MISUSED = 2;
/** 128 + SIGINT, as shells have it. */
const INTERRUPTED = 130;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!interruption.signal.aborted) complain('\nStopping, and taking everything away …');
    interruption.abort();
  });
}

/** @returns the exit code: a missed aim is a result, not a failure */
const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    say(HELP);
    return 0;
  }
  const report = await runBench({
    options,
    signal: interruption.signal,
    onProgress: (message) => complain(`  ${message}`),
  });
  say(toTerminal(report));
  if (options.writeTo !== null) {
    await mkdir(dirname(options.writeTo), { recursive: true });
    await writeFile(options.writeTo, toMarkdown(report));
  }
  return report.sections.some(({ failures }) => failures.length > 0) ? BROKEN : 0;
};

try {
  process.exitCode = await main();
} catch (error) {
  const isInterrupted = interruption.signal.aborted;
  if (!isInterrupted)
    complain(
      error instanceof UsageError
        ? error.message
        : `The benchmark broke: ${error instanceof Error ? error.stack : error}`,
    );
  process.exitCode = isInterrupted ? INTERRUPTED : error instanceof UsageError ? MISUSED : BROKEN;
}
