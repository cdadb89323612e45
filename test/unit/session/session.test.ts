import { expect } from 'chai';
import { SecureMeetingError, utf8, type ErrorCode } from '../../../src/base/index.js';
import type { HostAction } from '../../../src/keys/index.js';
import { Session } from '../../../src/session/index.js';
import type { SessionFacts, SessionOptions } from '../../../src/session/types.js';
import { FakeClock, settle, settled } from './fake-clock.js';
import { FakePorts, sender } from './fake-meeting.js';

const base: SessionOptions = {
  room: 'weekly',
  token: 'a.b.c',
  serverUrl: 'wss://sfu.example',
  startMuted: true,
  startCameraOff: true,
  displayName: 'Ann',
};

class Scene {
  readonly clock = new FakeClock();
  readonly ports = new FakePorts();
  readonly session: Session;
  readonly facts: { type: string; detail: unknown }[] = [];
  constructor(options: Partial<SessionOptions> = {}) {
    this.session = new Session({ ...base, ...options, clock: this.clock }, this.ports);
    for (const type of [
      'encryption-state',
      'encryption-violation',
      'joined',
      'left',
      'participant-joined',
      'participant-left',
      'connection-state',
      'error',
    ] as (keyof SessionFacts)[])
      this.session.on(type, (detail) => this.facts.push({ type, detail }));
  }
  async settle(): Promise<this> {
    for (let i = 0; i < 12; i++) await settle();
    return this;
  }
  /** Storage and keys are real here, and take the time they take: the assertion after it says what is missing. */
  async until(reached: () => boolean): Promise<void> {
    await settled(reached);
    await this.settle();
  }
  async joined(): Promise<this> {
    await this.session.join();
    return this.settle();
  }
  told(type: string): unknown[] {
    return this.facts.filter((fact) => fact.type === type).map(({ detail }) => detail);
  }
  get errors(): ErrorCode[] {
    return this.told('error').map((detail) => (detail as { code: ErrorCode }).code);
  }
}

const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof SecureMeetingError ? error.code : (error as Error).name),
  );

const scenes: Scene[] = [];
const scene = (options?: Partial<SessionOptions>): Scene => {
  const made = new Scene(options);
  scenes.push(made);
  return made;
};

afterEach(async () => {
  for (const { session, clock } of scenes.splice(0)) {
    const done = session.dispose();
    await clock.pass(3000, 500);
    await done;
  }
});

describe('a session', () => {
  for (const [options, expected] of [
    [{ room: '' }, 'config-room-missing'],
    [{ room: undefined }, 'config-room-missing'],
    [{ room: 'x'.repeat(129) }, 'config-room-invalid'],
    [{ room: 'a\u0000b' }, 'config-room-invalid'],
    [{ displayName: 'a\nb' }, 'config-name-invalid'],
    [{ displayName: 'x'.repeat(257) }, 'config-name-invalid'],
    [{ encryption: 'maybe' }, 'config-invalid'],
    [{ quality: 'best' }, 'config-invalid'],
    [{ tokenEndpoint: 'javascript:0' }, 'config-invalid'],
  ] as const)
    it(`refuses ${JSON.stringify(options).slice(0, 40)} with ${expected}`, () => {
      expect(() => new Session({ ...base, ...options } as never, new FakePorts())).to.throw(SecureMeetingError);
      try {
        new Session({ ...base, ...options } as never, new FakePorts());
      } catch (error) {
        expect((error as SecureMeetingError).code).to.equal(expected);
      }
    });

  it('does nothing until it is asked', async () => {
    const { session, ports } = scene();
    await settle();
    expect(ports.connections).to.have.length(0);
    expect(session.state.phase).to.equal('idle');
    expect(session.state.encryption.state).to.equal('idle');
  });

  it('joins, starts the keys when signalling stands, and tells once', async () => {
    const { ports, session, facts } = await scene().joined();
    expect(ports.connection.requests).to.deep.equal([{ serverUrl: 'wss://sfu.example', token: 'a.b.c' }]);
    expect(ports.made.calls[0]).to.equal('start');
    expect(ports.media.calls.slice(0, 3)).to.deep.equal(['self', 'install 1 me', 'activate 1']);
    expect(session.state.phase).to.equal('joined');
    expect(session.state.encryption).to.include({ state: 'waiting', epoch: 1, provider: 'fake' });
    expect(facts.filter(({ type }) => type === 'joined')).to.deep.equal([
      { type: 'joined', detail: { room: 'weekly', identity: 'me' } },
    ]);
  });

  it('gives every caller of join the same promise', async () => {
    const { session } = scene();
    const first = session.join();
    expect(session.join()).to.equal(first);
    await first;
  });

  it('is encrypted only when the worker proved everyone the provider vouches for', async () => {
    const made = await scene().joined();
    const { ports, session } = made;
    ports.connection.present('bob');
    await made.settle();
    expect(session.state.others.map(({ identity, name, encryption }) => [identity, name, encryption])).to.deep.equal([
      ['bob', '', 'waiting'],
    ]);
    await ports.made.vouch('bob');
    await made.settle();
    expect(session.state.others[0]?.name).to.equal('signed bob');
    expect(session.state.encryption.state).to.equal('waiting');
    ports.media.prove('bob', 1);
    await made.settle();
    expect(session.state.encryption.state, 'proof of another join').to.equal('waiting');
    ports.media.prove('bob');
    await made.settle();
    expect(session.state.encryption.state).to.equal('encrypted');
    expect(made.told('encryption-state').map((detail) => (detail as { state: string }).state)).to.deep.equal([
      'connecting',
      'waiting',
      'encrypted',
    ]);
    expect(made.told('participant-joined')).to.deep.equal([{ identity: 'bob', name: 'signed bob', role: 'member' }]);
  });

  it('begins its pictures anew for a newcomer and an epoch that come together, in either order, and not for a rotation', async () => {
    const made = await scene().joined();
    const { ports } = made;
    const self = sender('me');
    const epoch = async (number: number): Promise<void> => {
      await ports.made.context.sink.install(number, self, ports.made.keys());
      await ports.made.context.sink.activate(number);
    };
    const word = (from: string): void =>
      ports.connection.events.emit('data', { from, topic: 'sm/keys', payload: new Uint8Array([0, 1, 7]) });
    await made.clock.pass(5_000, 500);
    ports.connection.present('bob');
    expect(ports.media.keyFramesSent, 'before there is an epoch that bob can open').to.equal(0);
    await epoch(2);
    expect(ports.media.keyFramesSent).to.equal(1);
    await made.clock.pass(5_000, 500);
    await epoch(3);
    expect(ports.media.keyFramesSent, 'a rotation').to.equal(1);
    ports.connection.present('carol');
    expect(ports.media.keyFramesSent).to.equal(2);
    await made.clock.pass(5_000, 500);
    word('dora');
    expect(ports.media.keyFramesSent).to.equal(2);
    await epoch(4);
    expect(ports.media.keyFramesSent, 'of whom the SFU has not told yet').to.equal(3);
    await made.clock.pass(5_000, 500);
    word('bob');
    await epoch(5);
    expect(ports.media.keyFramesSent, 'a word of somebody who is here').to.equal(3);
  });

  it('is never encrypted with the proofs withheld, whatever else happens', async () => {
    const made = await scene().joined();
    const { ports, session } = made;
    const seen = new Set<string>();
    session.subscribe((state) => seen.add(state.encryption.state));
    ports.connection.present('bob');
    await ports.made.vouch('bob');
    for (const source of ['camera', 'microphone'] as const)
      ports.connection.events.emit('publication', { identity: 'bob', source, on: true });
    ports.connection.events.emit('state', 'reconnecting');
    ports.connection.events.emit('state', 'connected');
    ports.made.context.emit('verified', { verified: true });
    await made.clock.pass(30_000, 500);
    expect([...seen]).to.not.include.oneOf(['encrypted', 'verified']);
    expect(session.state.encryption.state).to.equal('degraded');
  });

  it('gathers changes of participants for 100 ms, and tells changes of the meeting at once', async () => {
    const made = await scene().joined();
    const { ports } = made;
    await ports.made.vouch('bob', 'carol', 'dora');
    for (const identity of ['bob', 'carol', 'dora']) ports.connection.present(identity);
    await made.settle();
    const before = made.told('encryption-state').length;
    ports.media.prove('bob');
    await made.settle();
    ports.media.prove('carol');
    await made.settle();
    expect(made.told('encryption-state').length).to.equal(before);
    made.clock.advance(100);
    await made.settle();
    expect(made.told('encryption-state').length).to.equal(before + 1);
    ports.media.prove('dora');
    await made.settle();
    expect(made.told('encryption-state').length).to.equal(before + 2);
  });

  it('marks who violates, and tells code, source and count', async () => {
    const made = await scene().joined();
    const { ports, session } = made;
    ports.connection.present('bob');
    await ports.made.vouch('bob');
    ports.media.prove('bob');
    ports.media.events.emit('violation', { code: 'plaintext', identity: 'bob', stream: 'camera', count: 3, epoch: 1 });
    await made.settle();
    expect(session.state.encryption.state).to.equal('violated');
    expect(made.told('encryption-violation')).to.deep.equal([
      { code: 'plaintext', identity: 'bob', source: 'camera', count: 3, epoch: 1 },
    ]);
  });

  it('fails a join with its code, and lets one try again', async () => {
    const made = scene();
    made.ports.prepare = (connection) => {
      connection.onConnect = () => Promise.reject(new SecureMeetingError('network-unreachable'));
    };
    expect(await code(made.session.join())).to.equal('network-unreachable');
    await made.settle();
    expect(made.session.state.phase).to.equal('failed');
    expect(made.session.state.left).to.deep.equal({ reason: 'network', canRejoin: true });
    expect(made.errors).to.deep.equal(['network-unreachable']);
    expect(made.ports.media.disposed).to.equal(true);
    made.ports.prepare = () => undefined;
    await made.joined();
    expect(made.session.state.phase).to.equal('joined');
  });

  for (const [what, expected, plant] of [
    ['no way to get a token', 'config-token-source-missing', () => scene({ token: undefined as never })],
    [
      'a worker that is not there',
      'worker-not-found',
      () => {
        const made = scene();
        made.ports.prepare = (_, media) => {
          if (media) media.failure = new SecureMeetingError('worker-not-found');
        };
        return made;
      },
    ],
    [
      'a provider without its key',
      'key-missing',
      () => {
        const made = scene();
        made.ports.made.failure = new SecureMeetingError('key-missing');
        return made;
      },
    ],
    [
      'code that can not be loaded',
      'load-failed',
      () => {
        const made = scene();
        made.ports.open = () => Promise.reject(new SecureMeetingError('load-failed'));
        return made;
      },
    ],
  ] as const)
    it(`fails with ${what}: ${expected}`, async () => {
      const made = plant();
      expect(await code(made.session.join())).to.equal(expected);
      await made.settle();
      expect(made.session.state.phase).to.equal('failed');
      expect(made.errors).to.deep.equal([expected]);
    });

  it('gives up a join that is aborted, and releases everything', async () => {
    const made = scene();
    let connecting = false;
    made.ports.prepare = (connection) => {
      connection.onConnect = (_, signal) => {
        connecting = true;
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      };
    };
    const stop = new AbortController();
    const joining = code(made.session.join({ signal: stop.signal }));
    await made.until(() => connecting);
    stop.abort();
    expect(await joining).to.equal('AbortError');
    await made.until(() => made.ports.connection.closed && made.ports.media.disposed);
    expect(made.ports.connection.closed).to.equal(true);
    expect(made.ports.media.disposed).to.equal(true);
    expect(made.errors).to.deep.equal([]);
  });

  it('waits while knocking, and is in once admitted', async () => {
    const made = scene();
    made.ports.made.begins = 'knocking';
    let joined = false;
    const joining = made.session.join().then(() => (joined = true));
    await made.until(() => made.session.state.phase === 'knocking');
    expect(made.session.state.phase).to.equal('knocking');
    expect(joined).to.equal(false);
    await made.ports.made.ready();
    await joining;
    expect(made.session.state.phase).to.equal('joined');
  });

  it('waits for the first word of a provider that has a waiting room: knocking may come after the connection', async () => {
    const made = scene();
    made.ports.made.begins = 'waiting';
    let joined = false;
    const joining = made.session.join().then(() => (joined = true));
    await made.until(() => made.ports.made.calls.includes('start'));
    expect(made.session.state.phase).to.equal('connecting');
    made.ports.made.context.emit('state', { state: 'knocking', epoch: 0 });
    await made.until(() => made.session.state.phase === 'knocking');
    expect(made.session.state.phase).to.equal('knocking');
    // Whoever held the door is gone, and nobody answers yet: still outside.
    made.ports.made.context.emit('state', { state: 'waiting', epoch: 0 });
    await made.clock.pass(20_000, 1_000);
    expect(joined).to.equal(false);
    await made.ports.made.ready();
    await joining;
    expect(made.session.state.phase).to.equal('joined');
  });

  it('is in, without keys, when such a provider finds nobody for ten seconds', async () => {
    const made = scene();
    made.ports.made.begins = 'waiting';
    const joining = made.session.join();
    await made.until(() => made.ports.made.calls.includes('start'));
    await made.clock.pass(10_000, 500);
    await joining;
    expect(made.session.state.phase).to.equal('joined');
    expect(made.session.state.encryption.state).to.equal('waiting');
  });

  it('lets in whoever knocks, by the binding that was shown, although a member has the same identity', async () => {
    const made = await scene().joined();
    const acted: HostAction[] = [];
    Object.assign(made.ports.made, { act: async (action: HostAction) => void acted.push(action) });
    await made.ports.made.vouch('bob');
    const at = sender('bob', 1);
    made.ports.made.context.emit('knocks', [{ sender: at, claimedName: 'Bob', ik: new Uint8Array(32) }]);
    await made.settle();
    expect(made.session.state.room.knocking).to.deep.equal([{ identity: 'bob', claimedName: 'Bob' }]);
    await made.session.moderate({ type: 'admit', identity: 'bob' });
    await made.session.moderate({ type: 'remove', identity: 'bob' });
    expect(acted).to.deep.equal([
      { type: 'admit', target: at },
      { type: 'remove', target: sender('bob') },
    ]);
    expect(await code(made.session.moderate({ type: 'admit', identity: 'eve' }))).to.equal('room-action-refused');
  });

  it('tells of a member whom the server hides, and blames nobody; who just comes later is no news', async () => {
    const made = scene();
    Object.assign(made.ports.made, { capabilities: { ...made.ports.made.capabilities, membershipAgreement: true } });
    await made.joined();
    made.ports.connection.present('bob');
    await made.ports.made.vouch('bob', 'carol', 'dora');
    // Who is gone without a word is a member for twelve seconds more.
    for (let i = 0; i < 15; i++) {
      made.ports.media.prove('bob');
      await made.clock.pass(1_000, 500);
    }
    expect(made.told('encryption-violation')).to.deep.equal([]);
    made.ports.connection.present('dora');
    for (let i = 0; i < 6; i++) {
      for (const one of ['bob', 'dora']) made.ports.media.prove(one);
      await made.clock.pass(1_000, 500);
    }
    const [alarm] = made.told('encryption-violation');
    expect(made.told('encryption-violation')).to.have.length(1);
    expect(alarm).to.include({ code: 'roster-mismatch', identity: 'carol', source: 'keys' });
    expect(made.session.state.encryption.state).to.equal('encrypted');
  });

  it('asks members who show no proof for a word, ever more seldom, until they do', async () => {
    const made = await scene().joined();
    const { connection } = made.ports;
    const words = (): number => connection.sent.filter(({ topic }) => topic === 'sm/state').length;
    connection.present('bob');
    await made.ports.made.vouch('bob');
    await made.clock.pass(1_400);
    const before = words();
    await made.clock.pass(10_000, 250);
    expect(words() - before, 'words in ten seconds').to.be.within(2, 4);
    await made.clock.pass(120_000, 1_000);
    expect(words() - before, 'words in two minutes more').to.be.within(5, 9);
    made.ports.media.prove('bob');
    const proved = words();
    for (let i = 0; i < 20; i++) {
      made.ports.media.prove('bob');
      await made.clock.pass(2_000, 500);
    }
    expect(words() - proved).to.be.at.most(1);
  });

  it('asks for a word in time when a stream that is sent does not come', async () => {
    const made = await scene().joined();
    const { connection } = made.ports;
    const words = (): number => connection.sent.filter(({ topic }) => topic === 'sm/state').length;
    connection.present('bob');
    await made.ports.made.vouch('bob');
    const play = async (ms: number): Promise<void> => {
      for (let at = 0; at < ms; at += 500) {
        made.ports.media.prove('bob');
        await made.clock.pass(500, 250);
      }
    };
    await play(10_000);
    const before = words();
    connection.events.emit('publication', { identity: 'bob', source: 'screen', on: true });
    await play(2_500);
    expect(words()).to.equal(before);
    await play(1_000);
    expect(words(), 'three seconds after it was said to be sent').to.equal(before + 1);
    await play(30_000);
    expect(words(), 'ever more seldom').to.be.within(before + 3, before + 6);
    connection.events.emit('publication', { identity: 'bob', source: 'screen', on: false });
    const then = words();
    await play(60_000);
    expect(words() - then).to.be.at.most(1);
  });

  it('is denied: left, without a way back', async () => {
    const made = scene();
    made.ports.made.begins = 'knocking';
    const joining = code(made.session.join());
    await made.until(() => made.session.state.phase === 'knocking' && made.ports.made.context !== undefined);
    made.ports.made.context.emit('ended', { reason: 'denied' });
    expect(await joining).to.equal('room-not-joined');
    await made.until(() => made.session.state.left !== undefined);
    expect(made.session.state.left).to.deep.equal({ reason: 'denied', canRejoin: false });
  });

  it('leaves with a goodbye, offline too, and forgets', async () => {
    const made = await scene().joined();
    made.ports.made.stop = () => new Promise(() => undefined);
    const leaving = made.session.leave();
    await made.clock.pass(1500, 100);
    await leaving;
    await made.settle();
    expect(made.session.state.phase).to.equal('left');
    expect(made.session.state.encryption.state).to.equal('idle');
    expect(made.told('left')).to.deep.equal([{ reason: 'left', canRejoin: true }]);
    expect(made.ports.connection.closed).to.equal(true);
    expect(made.ports.media.disposed).to.equal(true);
  });

  for (const [reason, canRejoin] of [
    ['removed', false],
    ['ended', false],
    ['duplicate', true],
    ['full', true],
  ] as const)
    it(`goes when the SFU says ${reason}`, async () => {
      const made = await scene().joined();
      made.ports.connection.events.emit('closed', { reason });
      await made.clock.pass(1000);
      await made.until(() => made.told('left').length > 0);
      expect(made.told('left')).to.deep.equal([{ reason, canRejoin }]);
      expect(made.ports.connections).to.have.length(1);
    });

  it('does not take the rebuilding of its own connection for people leaving', async () => {
    const made = await scene().joined();
    made.ports.connection.present('bob');
    made.ports.connection.events.emit('state', 'reconnecting');
    made.ports.connection.events.emit('state', 'connected');
    made.ports.connection.present('bob');
    await made.settle();
    expect(made.ports.made.calls.filter((call) => call.endsWith('bob'))).to.deep.equal(['present bob']);
    expect(made.ports.made.calls).to.include.members(['lost', 'returned']);
  });

  it('joins again by itself when the SFU is gone: same identity, refreshed token, same worker', async () => {
    const asked: unknown[] = [];
    const made = await scene({
      token: undefined as never,
      tokenSource: async (request) => {
        asked.push(request);
        return { serverUrl: 'wss://sfu.example', token: `t${asked.length}` };
      },
    }).joined();
    made.ports.connection.present('bob');
    let failures = 3;
    made.ports.prepare = (connection) => {
      if (failures-- > 0) connection.onConnect = () => Promise.reject(new SecureMeetingError('network-unreachable'));
    };
    made.ports.connections[0]?.events.emit('closed', { reason: 'network' });
    await made.settle();
    expect(made.session.state.phase).to.equal('reconnecting');
    await made.clock.pass(20_000);
    await made.settle();
    expect(made.session.state.phase).to.equal('joined');
    expect(made.ports.connections).to.have.length(5);
    expect(made.ports.workers).to.have.length(1);
    expect(asked.at(-1)).to.deep.equal({ room: 'weekly', identity: 'me' });
    expect(made.ports.made.calls).to.include.members(['lost', 'rejoined', 'absent bob']);
    expect(made.told('left')).to.deep.equal([]);
  });

  it('joins again when an engine neither comes back nor gives up, and when a try never ends', async () => {
    const made = await scene().joined();
    made.ports.connection.events.emit('state', 'reconnecting');
    for (let i = 0; i < 13; i++) {
      await made.clock.pass(5_000, 5000);
      made.ports.connection.events.emit('state', 'reconnecting');
    }
    await made.settle();
    expect(made.ports.connections, 'patience').to.have.length(1);
    let hangs = 1;
    made.ports.prepare = (connection) => {
      if (hangs-- > 0) connection.onConnect = () => new Promise(() => undefined);
    };
    await made.clock.pass(20_000, 500);
    await made.settle();
    expect(made.ports.connections).to.have.length(2);
    expect(made.session.state.phase).to.equal('reconnecting');
    await made.clock.pass(40_000, 500);
    await made.settle();
    expect(made.ports.connections).to.have.length(3);
    expect(made.session.state.phase).to.equal('joined');
  });

  it('waits anew for each repair of the engine', async () => {
    const made = await scene().joined();
    for (let i = 0; i < 3; i++) {
      made.ports.connection.events.emit('state', 'reconnecting');
      await made.clock.pass(50_000, 5000);
      made.ports.connection.events.emit('state', 'connected');
      await made.clock.pass(30_000, 5000);
    }
    expect(made.ports.connections).to.have.length(1);
    await made.session.leave();
  });

  it('leaves with reason token when it may not join again', async () => {
    let asked = 0;
    const made = await scene({
      token: undefined as never,
      tokenSource: async () => {
        if (asked++ > 0) throw new SecureMeetingError('token-refused');
        return { serverUrl: 'wss://sfu.example', token: 't' };
      },
    }).joined();
    made.ports.connection.events.emit('closed', { reason: 'network' });
    await made.clock.pass(3000);
    await made.settle();
    expect(made.told('left')).to.deep.equal([{ reason: 'token', canRejoin: true }]);
    expect(made.errors).to.deep.equal(['token-refused']);
  });

  it('gives up after ten minutes with network-lost', async () => {
    const made = await scene().joined();
    made.ports.prepare = (connection) => {
      connection.onConnect = () => Promise.reject(new SecureMeetingError('network-unreachable'));
    };
    made.ports.connection.events.emit('closed', { reason: 'network' });
    await made.clock.pass(11 * 60_000, 5000);
    await made.settle();
    expect(made.told('left')).to.deep.equal([{ reason: 'network', canRejoin: true }]);
    expect(made.errors).to.deep.equal(['network-lost']);
  });

  it('gets a new worker when the old one dies, and tells the provider to begin anew', async () => {
    const made = await scene().joined();
    made.ports.media.events.emit('lost', { code: 'worker-failed' });
    await made.settle();
    expect(made.session.state.phase).to.equal('reconnecting');
    await made.clock.pass(2000);
    await made.settle();
    expect(made.ports.workers.map(({ disposed }) => disposed)).to.deep.equal([true, false]);
    expect(made.ports.made.calls).to.include('worker lost').and.not.include('rejoined');
    expect(made.session.state.phase).to.equal('joined');
    expect(made.errors).to.deep.equal(['worker-failed']);
  });

  it('tells the provider when the machine slept', async () => {
    const made = await scene().joined();
    made.clock.sleep(3_600_000);
    await made.clock.pass(4000);
    expect(made.ports.made.calls.filter((call) => call === 'slept')).to.have.length(1);
  });

  it('passes key messages to the provider alone, and missing keys', async () => {
    const made = await scene().joined();
    made.ports.connection.events.emit('data', { from: 'bob', topic: 'sm/keys', payload: Uint8Array.of(0, 1, 2, 3) });
    made.ports.media.events.emit('missing-key', { identity: 'bob', epoch: 9 });
    made.ports.media.events.emit('exhausted', { epoch: 1, stream: 'camera' });
    expect(made.ports.made.calls).to.include.members(['message bob 3', 'missing bob 9', 'exhausted 1']);
  });

  it('asks for a key frame of the stream whose key came late, of the connection that stands now', async () => {
    const made = await scene().joined();
    const late = { identity: 'bob', stream: 'camera' } as const;
    made.ports.media.events.emit('need-key-frame', late);
    expect(made.ports.connection.refreshed).to.deep.equal(['camera bob']);
    made.ports.connection.events.emit('closed', { reason: 'network' });
    made.ports.media.events.emit('need-key-frame', late);
    expect(made.ports.connection.refreshed, 'no connection, nobody to ask').to.deep.equal(['camera bob']);
  });

  it('says that somebody is here without encryption, once, and shows nothing of it', async () => {
    const made = await scene().joined();
    made.ports.connection.present('bob');
    const payload = utf8(JSON.stringify({ type: 'chat', text: 'hello in clear' }));
    for (let i = 0; i < 3; i++) made.ports.connection.events.emit('data', { from: 'bob', topic: 'sm/open', payload });
    await made.settle();
    expect(made.errors).to.deep.equal(['key-encryption-mismatch']);
    expect(made.session.state.chat).to.deep.equal([]);
    expect(made.session.state.phase).to.equal('joined');
  });

  it('refuses a codec that can not be protected', async () => {
    const made = await scene().joined();
    made.ports.connection.events.emit('codec-refused', { source: 'camera', codec: 'av1' });
    await made.settle();
    expect(made.errors).to.deep.equal(['media-codec-unprotected']);
  });

  it('refuses wishes outside a meeting', async () => {
    const { session } = scene();
    for (const wish of [
      () => session.sendChat('hi'),
      () => session.react('👍'),
      () => session.setHand(true),
      () => session.startScreenShare(),
      () => session.setKey(new Uint8Array(32)),
      () => session.moderate({ type: 'lock' }),
    ])
      expect(await code(Promise.resolve().then(wish))).to.equal('room-not-joined');
  });

  it('checks chat, reactions, names and recipients before anything is sent', async () => {
    const made = await scene().joined();
    const { session } = made;
    expect(await code(session.sendChat(''))).to.equal('room-message-invalid');
    expect(await code(session.sendChat('x'.repeat(4001)))).to.equal('room-message-too-long');
    expect(await code(session.sendChat('hi', { to: 'nobody' }))).to.equal('room-recipient-unknown');
    expect(await code(session.react('<b>'))).to.equal('room-message-invalid');
    expect(await code(session.setDisplayName('\u0007'))).to.equal('config-name-invalid');
    expect(await code(session.moderate({ type: 'mute', identity: 'bob' }))).to.equal('room-action-refused');
    expect(session.state.chat).to.deep.equal([]);
  });
});

describe('a session without encryption', () => {
  const clear = (options: Partial<SessionOptions> = {}): Scene => scene({ encryption: 'off', ...options });

  it('says so everywhere, and starts neither worker nor provider', async () => {
    const made = await clear().joined();
    const { ports, session } = made;
    ports.connection.present('bob');
    await made.settle();
    expect(ports.workers).to.have.length(0);
    expect(ports.made.calls).to.deep.equal([]);
    expect(session.state.encryption).to.include({ state: 'off', provider: 'off', epoch: null });
    expect(session.state.self.encryption).to.equal('off');
    expect(session.state.others[0]).to.include({ encryption: 'off', name: 'claimed bob' });
    expect(session.state.capabilities.protected['chat']).to.deep.equal({ encrypted: false, authenticated: 'none' });
    expect(session.state.capabilities.visibleToServer).to.include.members(['pictures', 'sound', 'chat', 'names']);
  });

  it('gives the display name to the token endpoint; an encrypted one does not', async () => {
    for (const [options, expected] of [
      [{ encryption: 'off' }, { room: 'weekly', name: 'Ann' }],
      [{}, { room: 'weekly' }],
    ] as const) {
      let asked: unknown;
      const made = scene({
        ...options,
        token: undefined as never,
        tokenSource: async (request) => {
          asked = request;
          return { serverUrl: 'wss://sfu.example', token: 't' };
        },
      });
      await made.joined();
      expect(asked).to.deep.equal(expected);
      await made.session.leave();
    }
  });

  it('talks in clear, to all and to one', async () => {
    const made = await clear().joined();
    made.ports.connection.present('bob');
    await made.session.sendChat('hello');
    await made.session.sendChat('psst', { to: 'bob' });
    const sent = made.ports.connection.sent.map(({ topic, to, payload }) => [
      topic,
      to,
      JSON.parse(new TextDecoder().decode(payload)) as { type: string; text?: string },
    ]);
    expect(sent.filter(([, , talk]) => (talk as { type: string }).type === 'chat')).to.deep.equal([
      ['sm/open', null, { type: 'chat', text: 'hello', private: false }],
      ['sm/open', 'bob', { type: 'chat', text: 'psst', private: true }],
    ]);
    const say = (talk: unknown): void =>
      made.ports.connection.events.emit('data', { from: 'bob', topic: 'sm/open', payload: utf8(JSON.stringify(talk)) });
    say({ type: 'chat', text: 'hi' });
    say({ type: 'chat', text: 'only you', private: true });
    say({ type: 'chat', text: '' });
    say({ type: 'poll', question: '?' });
    say({ type: 'hand', up: true });
    say({ type: 'reaction', emoji: '🎉' });
    await made.settle();
    expect(made.session.state.chat.map(({ from, text, to, state }) => [from, text, to, state])).to.deep.equal([
      ['me', 'hello', null, 'sent'],
      ['me', 'psst', 'bob', 'sent'],
      ['bob', 'hi', null, 'sent'],
      ['bob', 'only you', 'me', 'sent'],
    ]);
    expect(made.session.state.others[0]?.hand).to.be.greaterThan(0);
    expect(made.session.state.reactions?.map(({ emoji }) => emoji)).to.deep.equal(['🎉']);
    made.clock.advance(5001);
    await made.settle();
    expect(made.session.state.reactions).to.deep.equal([]);
  });

  it('bounds what one member’s flood of reactions, hands and names changes', async () => {
    const made = await clear().joined();
    for (const who of ['bob', 'eve']) made.ports.connection.present(who);
    await made.settle();
    let renders = 0;
    made.session.subscribe(() => renders++);
    const say = (from: string, talk: unknown): void =>
      made.ports.connection.events.emit('data', { from, topic: 'sm/open', payload: utf8(JSON.stringify(talk)) });
    for (let i = 0; i < 3000; i++) {
      say('eve', { type: 'reaction', emoji: '🎉' });
      say('eve', { type: 'hand', up: i % 2 === 0 });
      say('eve', { type: 'name', name: `Eve ${i}` });
      if (i % 300 === 0) await settle();
    }
    say('bob', { type: 'hand', up: true });
    await made.settle();
    expect(renders).to.be.lessThan(10);
    expect(made.session.state.reactions).to.have.length(3);
    expect(made.session.state.others.find(({ identity }) => identity === 'bob')?.hand).to.be.greaterThan(0);
    // The last word counts, and comes within a moment.
    made.clock.advance(300);
    await made.settle();
    const eve = made.session.state.others.find(({ identity }) => identity === 'eve');
    expect([eve?.name, eve?.hand]).to.deep.equal(['Eve 2999', 0]);
    await made.session.leave();
  });

  it('keeps the order of hands when one is raised again that is up', async () => {
    const made = await clear().joined();
    for (const who of ['bob', 'eve']) made.ports.connection.present(who);
    const raise = async (from: string): Promise<void> => {
      const payload = utf8(JSON.stringify({ type: 'hand', up: true }));
      made.ports.connection.events.emit('data', { from, topic: 'sm/open', payload });
      made.clock.advance(1000);
      await made.settle();
    };
    await raise('bob');
    await raise('eve');
    await raise('bob');
    const [bob, eve] = made.session.state.others;
    expect((bob?.hand ?? 0) < (eve?.hand ?? 0)).to.equal(true);
    await made.session.leave();
  });

  it('keeps a message that could not be sent, marked as failed', async () => {
    const made = await clear().joined();
    made.ports.connection.sendFails = true;
    expect(await code(made.session.sendChat('hello'))).to.equal('network-data-failed');
    await made.settle();
    expect(made.session.state.chat.map(({ state }) => state)).to.deep.equal(['failed']);
  });

  it('leaves when the others of the room encrypt: nobody would see anybody', async () => {
    const made = await clear().joined();
    await made.clock.pass(2000);
    const before = made.ports.connection.sent.length;
    for (let i = 0; i < 3; i++)
      made.ports.connection.events.emit('data', { from: 'bob', topic: 'sm/keys', payload: Uint8Array.of(0, 1) });
    await made.clock.pass(900);
    expect(made.ports.connection.closed, 'what the server has not read when we leave is lost').to.equal(false);
    await made.clock.pass(300);
    const last = made.ports.connection.sent.slice(before).filter(({ topic }) => topic === 'sm/open');
    expect(last.length, 'one last word, or they would not know').to.equal(1);
    await made.settle();
    expect(made.errors).to.deep.equal(['key-encryption-mismatch']);
    expect(made.told('left')).to.deep.equal([{ reason: 'key', canRejoin: true }]);
  });
});
