import { SecureMeetingError } from '../base/index.js';
import { addresses, names } from '../blur/files.js';
import { workerAddress, workerSource } from '../media/worker-source.js';
import type { SessionOptions } from '../session/index.js';

interface ScriptPolicy {
  createScriptURL(address: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

/** Addresses our policy has agreed to: it is for these workers and nothing else. */
const agreed = new Set<string>();
let policy: ScriptPolicy | undefined;

/** A page under Trusted Types must allow the policy `secure-meeting-worker`. */
function trusted(address: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return address;
  policy ??= types.createPolicy('secure-meeting-worker', {
    createScriptURL(asked) {
      if (!agreed.has(asked)) throw new TypeError('not the address of our worker');
      return asked;
    },
  });
  agreed.add(address);
  try {
    return policy.createScriptURL(address);
  } finally {
    agreed.delete(address);
  }
}

/**
 * Starts the media worker: from `workerSrc`, else from the file under `assetBase`, else inlined, else from the file
 * beside our script.
 * @throws SecureMeetingError `worker-not-found` for an address that can't be one, `worker-failed` when the page's
 *   policies forbid it. What only shows later (a 404, a wrong type) is told by the worker's client.
 */
export function createMediaWorker(options: Pick<SessionOptions, 'workerSrc' | 'assetBase'>): Worker {
  const workerSrc = options.workerSrc ?? under(options.assetBase, 'secure-meeting.worker.js');
  if (workerSrc === undefined && workerSource !== undefined) {
    const address = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
    try {
      return start(address, {});
    } finally {
      URL.revokeObjectURL(address);
    }
  }
  return start(addressOf(workerSrc, workerAddress), { type: 'module' });
}

/** The files of background blur: in `blur/` under `assetBase`, else beside our script. @throws SecureMeetingError as {@link createMediaWorker} */
export function blurParts({ assetBase }: Pick<SessionOptions, 'assetBase'>): {
  readonly createWorker: () => Worker;
  readonly runtime: string;
  readonly model: string;
} {
  const address = (part: keyof typeof names): string =>
    addressOf(under(assetBase, `blur/${names[part]}`), addresses[part]);
  return {
    createWorker: () => start(address('worker'), { type: 'module' }),
    runtime: address('runtime'),
    model: address('model'),
  };
}

/** The address of a file in the folder that the page named, if it did. */
const under = (folder: string | undefined, file: string): string | undefined =>
  folder ? `${folder.replace(/\/+$/, '')}/${file}` : undefined;

function addressOf(named: string | undefined, ours: () => string): string {
  try {
    return named === undefined ? ours() : new URL(named, document.baseURI).href;
  } catch (cause) {
    throw new SecureMeetingError('worker-not-found', { cause });
  }
}

function start(address: string, options: WorkerOptions): Worker {
  try {
    return new Worker(trusted(address), { ...options, name: 'secure-meeting' });
  } catch (cause) {
    throw new SecureMeetingError('worker-failed', { cause });
  }
}
