/** How the commands speak: numbered steps, their time, and failures that say what to do. No dependencies. */

/** A failure for people: the message says what happened, `help` what to do now. */
export class StepError extends Error {
  name = 'StepError';
  /** @param {string} message @param {string} help */
  constructor(message, help) {
    super(message);
    this.help = help;
  }
}

const dim = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[2m${text}\x1b[0m` : text);
const bold = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[1m${text}\x1b[0m` : text);

export const seconds = (ms) => (ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`);

/** @param {number} total how many steps there will be */
export function steps(total) {
  let done = 0;
  return {
    /** Announces a step, runs it and says how long it took. `work` gets a function for lines about its progress. */
    async step(title, work) {
      const started = performance.now();
      console.log(bold(`[${++done}/${total}] ${title}`));
      const result = await work((line) => console.log(dim(`      ${line}`)));
      console.log(dim(`      done in ${seconds(performance.now() - started)}`));
      return result;
    },
  };
}

/** Prints why a command could not go on. Errors that are not made for people show where they come from. */
export function explain(error) {
  console.error(
    `\n${error instanceof StepError || error.name === 'LiveKitError' ? error.message : (error.stack ?? error)}`,
  );
  if (error.help) console.error(error.help);
}
