import { parseArgs } from 'node:util';
import { SettingError } from '../options.js';
import { DatabaseUnavailable } from '../storage/database.js';
import type { Output } from './output.js';
import { Settings, type Environment } from './settings.js';

const HELP = `secure-meeting-server [command]

  serve                                 run the backend (also without a command)
  keys                                  make new keys and secrets, printed once
  migrate                               bring the database up to date
  disclose --user ID --order TEXT       show all that is stored about a user; the order is logged
  erase --user ID --order TEXT          remove all that is stored about a user; the request is logged
  verify-log [--head HEX]               check the log of disclosures; with a head noted earlier, that it is in it
  reports                               list reports
  report --id HEX --key FILE            open a report with the operator's key and judge its evidence

Settings are environment variables, SECURE_MEETING_…; see docs/operations.md. Without any, the development mode runs.
`;

const PROCESS: Output = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};

/** Runs one command. @returns the exit code: 0; 1 when something failed; 2 when it was asked for wrongly */
export async function runCli(
  args: readonly string[],
  environment: Environment,
  output: Output = PROCESS,
): Promise<number> {
  try {
    return await run(args, environment, output);
  } catch (error) {
    if (error instanceof SettingError) output.err(`secure-meeting-server: ${error.message}`);
    else if (error instanceof DatabaseUnavailable)
      output.err(`secure-meeting-server: SECURE_MEETING_DATABASE_URL: no database answers there (${error.message})`);
    else if ((error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND')
      output.err(`secure-meeting-server: a package is missing: ${(error as Error).message}`);
    else output.err(`secure-meeting-server: ${error instanceof Error ? (error.stack ?? error.message) : 'failed'}`);
    return 1;
  }
}

async function run(args: readonly string[], environment: Environment, output: Output): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        user: { type: 'string' },
        order: { type: 'string' },
        head: { type: 'string' },
        id: { type: 'string' },
        key: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    output.err(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const [command = 'serve', ...rest] = positionals;
  if (values.help || rest.length > 0) {
    if (!values.help) return wrong(output, 'one command at a time');
    output.out(HELP);
    return 0;
  }
  // Each loads what it needs: the start of the backend does not wait for what opens reports.
  if (command === 'serve') {
    const { serve } = await import('./serve.js');
    return serve(await Settings.read(environment), output);
  }
  const { Misuse, runCommand } = await import('./commands.js');
  try {
    return await runCommand(command, values, environment, output);
  } catch (error) {
    if (error instanceof Misuse) return wrong(output, error.message);
    throw error;
  }
}

function wrong(output: Output, what: string): number {
  output.err(`${what}\n\n${HELP}`);
  return 2;
}
