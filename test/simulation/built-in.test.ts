/** The providers without a leader, through the conformance kit: they keep what they promise, and promise no more. */
import { expect } from 'chai';
import { utf8, type Bytes } from '../../src/base/index.js';
import { createIdentityKey, sha256 } from '../../src/crypto/index.js';
import { ExternalProvider } from '../../src/keys/external/provider.js';
import type { KeyProvider, KeyProviderContext } from '../../src/keys/index.js';
import { PassphraseProvider } from '../../src/keys/passphrase/provider.js';
import { runConformance, type ConformanceReport } from '../../src/keys/testing/index.js';

const identityKey = (seed: Bytes): ReturnType<typeof createIdentityKey> => createIdentityKey({ seed });
const broken = (report: ConformanceReport): string[] =>
  report.findings.filter((f) => f.kept === false).map((f) => `${f.promise}: ${f.problems.join('; ')}`);

describe('conformance kit, built-in providers', () => {
  it('passes passphrase, which promises no cut-off', async function (this: { timeout?(ms: number): void }) {
    this.timeout?.(120_000);
    const value = 'q1w2e3r4t5y6u7i8o9p0aA';
    const report = await runConformance(() => new PassphraseProvider({ kind: 'link', value }), {
      identityKey,
      seeds: 3,
    });
    expect(broken(report)).to.deep.equal([]);
    expect(report.passed).to.equal(true);
    const unpromised = report.findings.filter((finding) => finding.kept === undefined).map((f) => f.promise);
    expect(unpromised).to.include('who left can’t open what is sent 15 s later');
  });

  it('passes external with a site that gives leavers no later key', async function (this: {
    timeout?(ms: number): void;
  }) {
    this.timeout?.(120_000);
    const site = new Site();
    const report = await runConformance(() => site.provider(), { identityKey, seeds: 3 });
    expect(broken(report)).to.deep.equal([]);
    expect(report.capabilities.cutsOffLeavers).to.equal(true);
  });
});

/** A host site: the same key to all who are in its meeting, and another when one of them asks. */
class Site {
  readonly #here = new Map<ExternalProvider, KeyProviderContext>();
  #meetings = 0;
  #epoch = 0;

  provider(): KeyProvider {
    const provider = new ExternalProvider();
    const start = provider.start.bind(provider);
    const stop = provider.stop.bind(provider);
    provider.start = (context) => {
      if (this.#here.size === 0) [this.#epoch, this.#meetings] = [0, this.#meetings + 1];
      const emit: KeyProviderContext['emit'] = (type, detail) => {
        context.emit(type, detail);
        if (type === 'keyRequest') this.#asked((detail as { epoch: number }).epoch);
      };
      const own = { ...context, emit };
      this.#here.set(provider, own);
      return start(own);
    };
    provider.stop = async (reason) => {
      this.#here.delete(provider);
      await stop(reason);
    };
    return provider;
  }

  #asked(epoch: number): void {
    this.#epoch = Math.max(this.#epoch, epoch);
    const key = sha256(utf8(`meeting ${this.#meetings}, key ${this.#epoch}`));
    for (const provider of this.#here.keys())
      provider.setKey(new Uint8Array(key), { epoch: this.#epoch }).catch(() => undefined); // it has that one
  }
}
