import { readSettings, type Settings } from './env.ts';
import { createLogger } from './logger.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** However the start or the stop may hang, the process ends after this time, and what the delay of the settings adds. */
const STOP_MS = 10_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const welcome = ({ publicUrl, showsMails }: Settings, { database }: RunningServer): string => `
  Latchkey is running.

    App          ${publicUrl}
    REST API     ${publicUrl}/api/v1
    Swagger UI   ${publicUrl}/docs
    Data         ${database}${showsMails ? `\n    Mails        ${publicUrl}/dev/mails` : ''}

  To become an administrator, register in the app, then run in this folder:

    npx -y pnpm@12 latchkey create-admin you@example.com

  Stop with Ctrl-C.
`;

/**
 * A signal that comes while the server starts stops it as soon as that can be done cleanly. SIGHUP comes when the
 * terminal goes, be it one that a task runner made.
 */
const stopOnSignals = (starting: Promise<RunningServer>, isStopping: AbortController, delaySeconds: number): void => {
  const stop = async () => {
    const cutShort = () => fail(new Error('The stop took too long and was cut short.'));
    setTimeout(cutShort, delaySeconds * 1000 + STOP_MS);
    const server = await starting;
    await server.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isStopping.abort();
      stop().catch(fail);
    });
  }
};

/** What went wrong, in a sentence; the stack is for bugs, not for settings. */
const fail = (error: unknown): never => {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
};

try {
  const settings = readSettings();
  const logger = createLogger(settings);
  const { isProduction, publicUrl } = settings;
  // In production there is nobody at a terminal, and each line is for a program.
  const onProgress = (message: string) => (isProduction ? logger.info({}, message) : say(`  ${message} …`));
  const starting = startServer({ settings, logger, onProgress });
  const isStopping = new AbortController();
  stopOnSignals(starting, isStopping, settings.listening.shutdownDelaySeconds);
  const server = await starting;
  for (const warning of settings.warnings) logger.warn({}, warning);
  if (isProduction) logger.info({ publicUrl, database: server.database }, 'Latchkey is running');
  else if (!isStopping.signal.aborted) say(welcome(settings, server));
} catch (error) {
  fail(error);
}
