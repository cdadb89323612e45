import { expect } from 'chai';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pack, root, type Packed } from './packed.js';

/** What a page's TypeScript does with the package; lines marked with an expected error must be errors. */
const CONSUMER = `
import 'secure-meeting/define';
import { SecureMeeting, SecureMeetingError, type ErrorCode, type SecureMeetingEventMap, type SessionState } from 'secure-meeting';
import type { KeyProvider } from 'secure-meeting/keys';

const call = document.createElement('secure-meeting');
call.room = 'weekly';
call.startMuted = true;
call.addEventListener('encryption-state', (event) => {
  const state: 'idle' | 'off' | 'connecting' | 'waiting' | 'encrypted' | 'verified' | 'degraded' | 'violated' = event.detail.state;
  console.log(state);
  // @ts-expect-error a detail has no secret
  console.log(event.detail.key);
});
// @ts-expect-error not a number
call.room = 1;
export const element: SecureMeeting | null = document.querySelector('secure-meeting');
export const code = (error: unknown): ErrorCode | undefined => (error instanceof SecureMeetingError ? error.code : undefined);
export const first = (state: SessionState): string | undefined => state.others[0]?.identity;
export const tag: HTMLElementTagNameMap['secure-meeting'] = new SecureMeeting();
export const wish = (event: SecureMeetingEventMap['leave-request']): boolean => event.detail.endForAll;
// @ts-expect-error there is no such event
export type None = SecureMeetingEventMap['nothing'];
export const use = (provider: KeyProvider): void => { call.keyProvider = provider; };
`;

/** The same in React. */
const REACT = `
import { useRef } from 'react';
import { SecureMeeting, type SecureMeetingElement } from 'secure-meeting/react';

export function Page(): React.ReactNode {
  const call = useRef<SecureMeetingElement>(null);
  return (
    <>
      <SecureMeeting ref={call} room="weekly" startMuted onEncryptionState={(event) => console.log(event.detail.epoch)} />
      {/* @ts-expect-error a detail has no secret */}
      <SecureMeeting onEncryptionState={(event) => console.log(event.detail.key)} />
      {/* @ts-expect-error not a number */}
      <SecureMeeting room={1} />
      <button onClick={() => void call.current?.leave()}>Leave</button>
    </>
  );
}
`;

const COMPILERS = {
  'TypeScript 5.9': 'typescript-5',
  'TypeScript 6': 'typescript',
  'TypeScript 7': 'typescript-7',
} as const;

describe('the types of the packed package', () => {
  let packed: Packed;
  before(async () => {
    packed = await pack();
    await writeFile(path.join(packed.project, 'page.ts'), CONSUMER);
    await writeFile(path.join(packed.project, 'view.tsx'), REACT);
    await mkdir(path.join(packed.project, 'node_modules/@types'), { recursive: true });
    for (const name of ['@types/react', 'csstype'])
      await symlink(path.join(root, 'node_modules', name), path.join(packed.project, 'node_modules', name));
  });
  after(() => packed.remove());

  for (const [name, compiler] of Object.entries(COMPILERS))
    for (const skipLibCheck of [true, false])
      for (const moduleResolution of ['NodeNext', 'Bundler'])
        it(`check under strict in ${name}, ${moduleResolution}, skipLibCheck ${skipLibCheck}`, async () => {
          const compilerOptions = {
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            skipLibCheck,
            noEmit: true,
            target: 'ES2022',
            module: moduleResolution === 'NodeNext' ? 'NodeNext' : 'ESNext',
            moduleResolution,
            lib: ['ES2022', 'DOM', 'DOM.Iterable'],
            jsx: 'react-jsx',
            types: [],
          };
          await writeFile(
            path.join(packed.project, 'tsconfig.json'),
            JSON.stringify({ compilerOptions, files: ['page.ts', 'view.tsx'] }),
          );
          await writeFile(path.join(packed.project, 'package.json'), '{"type":"module"}');
          const tsc = path.join(root, 'node_modules', compiler, 'bin/tsc');
          const output = await packed
            .run(process.execPath, [tsc, '-p', '.'])
            .catch((error: { stdout: string }) => error.stdout);
          expect(output.trim()).to.equal('');
        });
});
