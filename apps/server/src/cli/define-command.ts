import { Command } from 'commander';

/** What a command has to say, for people and for programs. */
export interface Outcome {
  /** For `--json`. */
  result: Record<string, unknown>;
  text: string;
  /** Exit code 1, although nothing failed: something wrong was found. */
  isBad?: boolean;
}

interface CommandDefinition<Options> {
  name: string;
  description: string;
  /** Ways to call it, after `latchkey`. */
  examples: string[];
  exitCodes: { 0: string; 1: string };
  /** Adds arguments and options of its own. */
  configure?(command: Command): Command;
  run(options: Options & { json: boolean }, args: string[]): Promise<Outcome>;
}

const PREFIX = 'npx -y pnpm@12 latchkey';

/** A command with help, examples, documented exit codes and `--json`, which makes all it says one line of JSON. */
export const defineCommand = <Options extends object>(definition: CommandDefinition<Options>): Command => {
  const { name, description, examples, exitCodes, configure, run } = definition;
  const help = [
    '',
    'Examples:',
    ...examples.map((example) => `  ${PREFIX} ${example}`),
    '',
    `Exit codes: 0 ${exitCodes[0]}, 1 ${exitCodes[1]}.`,
  ].join('\n');
  const command = new Command(name)
    .description(description)
    .option('--json', 'answer in JSON', false)
    .addHelpText('after', help)
    .showHelpAfterError();
  return (configure?.(command) ?? command).action(async () => {
    const options = command.opts<Options & { json: boolean }>();
    const { result, text, isBad = false } = await run(options, command.args).catch(describeFailure);
    const isToStderr = isBad && !options.json && 'error' in result;
    (isToStderr ? process.stderr : process.stdout).write(`${options.json ? JSON.stringify(result) : text}\n`);
    if (isBad) process.exitCode = 1;
  });
};

const describeFailure = (error: unknown): Outcome => {
  const text = error instanceof Error ? error.message : String(error);
  return { result: { error: text }, text, isBad: true };
};
