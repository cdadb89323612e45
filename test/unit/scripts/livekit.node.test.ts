import { expect } from 'chai';
import { build } from 'esbuild';
import path from 'node:path';
import { replacements } from '../../../scripts/livekit/cuts.mjs';
import { mendWaits } from '../../../scripts/livekit/mend-waits.mjs';

const packages = path.resolve('node_modules');

interface Machine {
  readonly context: object;
  currentState(): string;
  handle(input: string, event: object): void;
}
interface Compiled {
  createSignalMachine(initial: string): Machine;
  readonly signalLifecycleStates: readonly string[];
}

/** LiveKit's machine of signalling, over the package it names or over what we put in its place. */
async function compiled(machina?: string): Promise<Compiled> {
  const { outputFiles } = await build({
    entryPoints: [path.join(packages, 'livekit-client/src/api/SignalClientStateMachine.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    plugins: [
      {
        name: 'machina',
        setup({ onLoad }) {
          onLoad({ filter: /machina[\\/]dist[\\/]index\.mjs$/ }, () =>
            machina === undefined ? undefined : { contents: machina },
          );
        },
      },
    ],
  });
  return (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`)) as Compiled;
}

describe('livekit-client, as it is compiled for the bundles', () => {
  it('keeps its signalling’s states: ours goes where the package’s machine goes', async () => {
    const theirs = await compiled();
    const ours = await compiled(replacements['machina/dist/index.mjs']);
    const inputs = [
      { type: 'connect' },
      { type: 'reconnect' },
      { type: 'connectComplete', attemptId: 1 },
      { type: 'connectComplete', attemptId: 7 },
      { type: 'connectFailed', error: 'e' },
      { type: 'reconnectComplete', attemptId: 2 },
      { type: 'reconnectFailed', error: 'e', recoverable: true },
      { type: 'reconnectFailed', error: 'e', recoverable: false },
      { type: 'transportFailed', attemptId: 1, reason: 'r' },
      { type: 'close', reason: 'r' },
      { type: 'closeComplete' },
      { type: 'unheard of' },
    ];
    /** Everything that three inputs in a row lead to. */
    const walk = ({ createSignalMachine, signalLifecycleStates }: Compiled): string[] => {
      const seen: string[] = [];
      for (const state of signalLifecycleStates)
        for (const a of inputs)
          for (const b of inputs)
            for (const c of inputs) {
              const machine = createSignalMachine(state);
              for (const input of [a, b, c]) machine.handle(input.type, input);
              seen.push(`${machine.currentState()} ${JSON.stringify(machine.context)}`);
            }
      return seen;
    };
    const expected = walk(theirs);
    expect(new Set(expected).size).to.be.greaterThan(20);
    expect(walk(ours)).to.deep.equal(expected);
  });

  it('says so when it waits for its connection in another way than the mend knows', () => {
    expect(mendWaits('while (!open) {\n  await sleep(50);\n}')).to.equal('while (!open) {\n  await sleep(5);\n}');
    for (const code of ['while (!open) await opened;', 'await sleep(50); await sleep(50);'])
      expect(() => mendWaits(code)).to.throw('in another way');
  });
});
