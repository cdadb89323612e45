/** The conformance kit finds what it is there to find, and the leader provider passes it. */
import { expect } from 'chai';
import { LeaderProvider } from '../../src/keys/leader/provider.js';
import type { KeyProvider, KeyProviderContext, Sender, SenderKeys } from '../../src/keys/index.js';
import { runConformance, SeededRandom, standIns, type ConformanceReport } from '../../src/keys/testing/index.js';

const settle = async (provider: KeyProvider): Promise<void> => {
  const inner = (provider as { inner?: KeyProvider }).inner ?? provider;
  await (inner as LeaderProvider).idle?.();
};
const good = (): LeaderProvider => new LeaderProvider({}, { primitives: standIns(), faults: new Set() });

/** A provider around the good one, with its context or behaviour bent in one place. */
function bent(
  bend: (context: KeyProviderContext) => KeyProviderContext,
  change: Partial<KeyProvider> = {},
): KeyProvider {
  const inner = good();
  const outer: KeyProvider & { inner: KeyProvider } = {
    inner,
    name: 'bent',
    capabilities: inner.capabilities,
    start: (context) => inner.start(bend(context)),
    handleMessage: (from, message) => inner.handleMessage(from, message),
    handlePresence: (change) => inner.handlePresence(change),
    handleConnection: (change: Parameters<KeyProvider['handleConnection']>[0]) => inner.handleConnection(change),
    handleMissingKey: (identity, epoch) => inner.handleMissingKey(identity, epoch),
    handleWorkerLost: () => inner.handleWorkerLost(),
    handleKeyExhausted: (epoch) => inner.handleKeyExhausted(epoch),
    stop: (reason) => inner.stop(reason),
    ...change,
  };
  return outer;
}

const withSink = (context: KeyProviderContext, sink: Partial<KeyProviderContext['sink']>): KeyProviderContext => {
  const { sink: s } = context;
  const all = {
    install: s.install.bind(s),
    activate: s.activate.bind(s),
    retire: s.retire.bind(s),
    retireSender: s.retireSender.bind(s),
    pause: s.pause.bind(s),
    rejoin: s.rejoin.bind(s),
  };
  return { ...context, sink: { ...all, ...sink } };
};

const broken = (report: ConformanceReport): string =>
  report.findings
    .filter((f) => f.kept === false)
    .map((f) => f.promise)
    .join('; ');

/** Each key replaced by one that depends on less than it must. */
const keysFrom = (text: string): SenderKeys => {
  const random = new SeededRandom(text);
  return { media: random.bytes(32), message: random.bytes(32) };
};

describe('conformance kit', () => {
  it('passes the leader provider', async () => {
    const report = await runConformance(good, { settle });
    expect(broken(report)).to.equal('');
    expect(report.passed).to.equal(true);
  });

  it('finds a key used twice', async () => {
    const factory = (): KeyProvider =>
      bent((context) =>
        withSink(context, {
          install: (epoch: number, sender: Sender) => context.sink.install(epoch, sender, keysFrom('always the same')),
        }),
      );
    const report = await runConformance(factory, { settle, seeds: 1 });
    expect(broken(report)).to.include('no key twice');
  });

  it('finds a leaver who is not cut off', async () => {
    const factory = (): KeyProvider =>
      bent((context) => {
        let active = false;
        return withSink(context, {
          activate: async (epoch: number) => {
            if (active && epoch > 3) return;
            active = true;
            await context.sink.activate(epoch);
          },
          retire: async () => undefined,
        });
      });
    const report = await runConformance(factory, { settle, seeds: 1 });
    expect(broken(report)).to.include('who left');
  });

  it('finds an activation before the install', async () => {
    const factory = (): KeyProvider =>
      bent((context) =>
        withSink(context, {
          install: async (epoch: number, sender: Sender, keys: SenderKeys) => {
            await context.sink.activate(epoch).catch(() => undefined);
            await context.sink.install(epoch, sender, keys);
          },
        }),
      );
    const report = await runConformance(factory, { settle, seeds: 1 });
    expect(broken(report)).to.include('nothing activated before it is installed');
  });

  it('finds a stranger that was accepted', async () => {
    const factory = (): KeyProvider => {
      let context: KeyProviderContext | undefined;
      let epoch = 0;
      const provider = bent(
        (given) => {
          context = withSink(given, {
            activate: async (e: number) => {
              epoch = e;
              await given.sink.activate(e);
            },
          });
          return context;
        },
        {
          handleMessage: (from: string, message: Uint8Array) => {
            if (from !== 'mallory' || !context)
              return (provider as { inner?: KeyProvider }).inner?.handleMessage(from, message);
            const sender = { identity: from, binding: new SeededRandom(from).bytes(32) };
            context.sink.install(epoch, sender, keysFrom(`${context.self.identity} ${epoch}`)).catch(() => undefined);
          },
        },
      );
      return provider;
    };
    const report = await runConformance(factory, { settle, seeds: 1 });
    expect(broken(report)).to.include('nobody outside').and.to.include('who only sends noise');
  });

  it('finds a key in an event', async () => {
    const factory = (): KeyProvider =>
      bent((context) => {
        let last = '';
        const bended = withSink(context, {
          install: (epoch: number, sender: Sender, keys: SenderKeys) => {
            last = [...(keys.media as Uint8Array)].map((b) => b.toString(16).padStart(2, '0')).join('');
            return context.sink.install(epoch, sender, keys);
          },
        });
        return {
          ...bended,
          emit: (type, detail) =>
            context.emit(
              type,
              type === 'self' ? detail : ({ ...(detail as object), debug: last } as unknown as typeof detail),
            ),
        };
      });
    const report = await runConformance(factory, { settle, seeds: 1 });
    expect(broken(report)).to.include('no event carries a key');
  });
});
