import { expect } from 'chai';
import { SecureMeetingError, toHex } from '../../../../src/base/index.js';
import type { FileTalk } from '../../../../src/session/files/file-talk.js';
import { parseFileTalk } from '../../../../src/session/files/file-talk.js';
import { FILE_MAX, PART } from '../../../../src/session/files/limits.js';
import { Transfers } from '../../../../src/session/files/transfers.js';
import type { FileTransfer } from '../../../../src/session/types.js';
import { FakeClock, settle, settled } from '../fake-clock.js';

interface Sent {
  readonly from: string;
  readonly to: string | null;
  readonly talk: FileTalk;
}

/** People whose files go over a network of the test's making. */
class Net {
  readonly clock = new FakeClock();
  readonly sent: Sent[] = [];
  readonly people = new Map<string, Transfers>();
  /** False: that packet is lost. */
  delivers: (sent: Sent) => boolean = () => true;
  down = false;
  /** What every part waits for on its way. */
  parted: Promise<void> | undefined;

  constructor(...names: readonly string[]) {
    for (const name of names)
      this.people.set(
        name,
        new Transfers({
          clock: this.clock,
          changed: () => undefined,
          send: async (talk, to) => {
            if (this.down) throw new SecureMeetingError('network-data-failed');
            const packet = { from: name, to, talk };
            this.sent.push(packet);
            if (talk.type === 'file-part') await this.parted;
            if (!this.delivers(packet)) return;
            for (const [other, transfers] of this.people)
              if (other !== name && (to === null || to === other)) transfers.heard({ identity: name, name }, talk, to);
          },
        }),
      );
  }
  of(name: string): Transfers {
    return this.people.get(name) as Transfers;
  }
  async offer(from: string, file: File, to?: string, more: object = {}): Promise<void> {
    await this.of(from).offer(file, { identity: from, name: from }, { ...(to ? { to } : {}), ...more });
  }
  first(name: string): FileTransfer {
    return this.of(name).list[0] as FileTransfer;
  }
  parts(): number {
    return this.sent.filter(({ talk }) => talk.type === 'file-part').length;
  }
  async until(reached: () => boolean): Promise<void> {
    expect(await settled(reached)).to.equal(true);
  }
}

const bytes = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => (i * 7) & 255);
const file = (length: number, name = 'plan.pdf'): File => new File([bytes(length)], name, { type: 'application/pdf' });
const code = (run: () => unknown): Promise<string> =>
  (async () => run())().then(
    () => 'no error',
    (error: unknown) => (error as SecureMeetingError).code,
  );

describe('files', () => {
  it('let no byte flow before the receiver accepts; then the file arrives whole', async () => {
    const net = new Net('ann', 'bob', 'eve');
    const progress: number[] = [];
    await net.offer('ann', file(45_678), 'bob', { onProgress: (sent: number) => progress.push(sent) });
    await settle();
    expect(net.parts()).to.equal(0);
    expect(net.of('eve').list).to.deep.equal([]);
    expect(net.first('bob')).to.include({
      state: 'offered',
      fileName: 'plan.pdf',
      size: 45_678,
      name: 'ann',
      to: 'bob',
    });
    net.of('bob').accept(net.first('bob').id);
    await net.until(() => net.first('bob').state === 'done' && net.first('ann').state === 'done');
    const got = net.of('bob').content(net.first('bob').id) as Blob;
    expect(toHex(new Uint8Array(await got.arrayBuffer()))).to.equal(toHex(bytes(45_678)));
    expect(got.type).to.equal('application/octet-stream');
    expect(progress.at(-1)).to.equal(45_678);
    expect(net.sent.every(({ talk, to }) => talk.type !== 'file-part' || to === 'bob')).to.equal(true);
  });

  it('over 10 MB are refused, one of exactly 10 MB is not', async () => {
    const net = new Net('ann', 'bob');
    const large = { name: 'film.mp4', type: '', size: 50 * 1024 * 1024 } as File;
    expect(await code(() => net.offer('ann', large))).to.equal('room-file-too-large');
    expect(await code(() => net.offer('ann', new File([new Uint8Array(FILE_MAX + 1)], 'a')))).to.equal(
      'room-file-too-large',
    );
    expect(net.sent).to.deep.equal([]);
    await net.offer('ann', new File([new Uint8Array(FILE_MAX)], 'a'));
    expect(net.first('bob').size).to.equal(FILE_MAX);
  });

  it('that can not be read any more are refused', async () => {
    const net = new Net('ann');
    const gone = {
      name: 'a',
      type: '',
      size: 3,
      arrayBuffer: () => Promise.reject(new Error('moved')),
    } as unknown as File;
    expect(await code(() => net.offer('ann', gone))).to.equal('room-file-failed');
  });

  it('come three at a time', async () => {
    const net = new Net('ann', 'bob');
    for (let i = 0; i < 4; i++) await net.offer('ann', file(30_000 + i), 'bob');
    net.delivers = ({ talk }) => talk.type !== 'file-part';
    const [a, b, c, d] = net.of('bob').list.map(({ id }) => id) as [string, string, string, string];
    for (const id of [a, b, c]) net.of('bob').accept(id);
    expect(await code(() => net.of('bob').accept(d))).to.equal('room-file-busy');
    await net.of('bob').cancel(a);
    expect(await code(() => net.of('bob').accept(d))).to.equal('no error');
  });

  it('go to three people at a time, and to everyone in the end', async () => {
    const names = ['bob', 'cid', 'dot', 'eve', 'fay'];
    const net = new Net('ann', ...names);
    await net.offer('ann', file(60_000));
    let open = (): void => undefined;
    net.parted = new Promise((resolve) => (open = resolve));
    for (const name of names) net.of(name).accept(net.first(name).id);
    await net.until(() => net.parts() === 3);
    await settle();
    expect(new Set(net.sent.filter(({ talk }) => talk.type === 'file-part').map(({ to }) => to)).size).to.equal(3);
    open();
    await net.until(() => names.every((name) => net.first(name).state === 'done'));
  });

  it('go on after an outage from where they were, and only from there', async () => {
    const net = new Net('ann', 'bob');
    await net.offer('ann', file(10 * PART), 'bob');
    net.delivers = ({ talk }) => !(talk.type === 'file-part' && talk.index >= 4);
    net.of('bob').accept(net.first('bob').id);
    await net.until(() => net.parts() === 10);
    net.down = true;
    await net.clock.pass(60_000, 1000);
    expect(net.first('bob').state).to.equal('moving');
    net.down = false;
    net.delivers = () => true;
    const before = net.parts();
    await net.clock.pass(5000, 1000);
    await net.until(() => net.first('bob').state === 'done');
    expect(net.parts() - before).to.equal(6);
  });

  it('that stop coming fail in words, and can be asked for again', async () => {
    const net = new Net('ann', 'bob');
    await net.offer('ann', file(30_000), 'bob');
    net.delivers = ({ talk }) => talk.type !== 'file-part';
    const { id } = net.first('bob');
    net.of('bob').accept(id);
    await net.clock.pass(60_000, 1000);
    expect(net.first('bob').state).to.equal('failed');
    expect(net.of('bob').content(id)).to.equal(undefined);
    net.delivers = () => true;
    net.of('bob').accept(id);
    await net.until(() => net.first('bob').state === 'done');
  });

  it('fail when their sender leaves, and are over when the meeting is', async () => {
    const net = new Net('ann', 'bob');
    await net.offer('ann', file(30_000), 'bob');
    net.of('bob').gone('ann');
    expect(net.first('bob').state).to.equal('failed');
    net.of('bob').clear();
    expect(net.of('bob').list).to.deep.equal([]);
  });

  it('can be declined, taken back and stopped', async () => {
    const net = new Net('ann', 'bob');
    await net.offer('ann', file(30_000, 'a'), 'bob');
    await net.of('bob').cancel(net.first('bob').id);
    expect(net.first('ann').state).to.equal('declined');
    const stop = new AbortController();
    await net.offer('ann', file(30_000, 'b'), 'bob', { signal: stop.signal });
    stop.abort();
    await settle();
    expect(net.of('bob').list.map(({ state }) => state)).to.deep.equal(['declined', 'cancelled']);
    expect(await code(() => net.of('bob').accept(net.of('bob').list[1]?.id ?? ''))).to.equal('room-file-failed');
  });

  it('are not given to somebody they were not offered to', async () => {
    const net = new Net('ann', 'bob', 'eve');
    await net.offer('ann', file(30_000), 'bob');
    const { talk } = net.sent[0] as Sent;
    net.of('ann').heard({ identity: 'eve', name: 'eve' }, { type: 'file-ask', id: talk.id, next: 0 }, 'ann');
    await settle();
    expect(net.parts()).to.equal(0);
  });

  it('with another content than was signed for are thrown away', async () => {
    const net = new Net('ann', 'bob');
    await net.offer('ann', file(30_000), 'bob');
    const { id } = net.first('bob');
    net.delivers = ({ talk }) => talk.type !== 'file-part';
    net.of('bob').accept(id);
    const offer = net.sent[0]?.talk as FileTalk;
    for (let index = 0; index < 3; index++)
      net
        .of('bob')
        .heard(
          { identity: 'ann', name: 'ann' },
          { type: 'file-part', id: offer.id, index, data: new Uint8Array(PART) },
          'bob',
        );
    await net.until(() => net.first('bob').state === 'failed');
    expect(net.of('bob').content(id)).to.equal(undefined);
  });

  it('take nothing from another sender, out of order, too long, or unasked for', async () => {
    const net = new Net('ann', 'bob', 'eve');
    await net.offer('ann', file(30_000), 'bob');
    const offer = net.sent[0]?.talk as FileTalk;
    const part = (from: string, index: number, length = PART): void =>
      net
        .of('bob')
        .heard(
          { identity: from, name: from },
          { type: 'file-part', id: offer.id, index, data: new Uint8Array(length) },
          'bob',
        );
    part('ann', 0);
    net.delivers = ({ talk }) => talk.type !== 'file-part';
    net.of('bob').accept(net.first('bob').id);
    part('eve', 0);
    part('ann', 1);
    part('ann', 0, PART - 1);
    expect(net.first('bob').moved).to.equal(0);
  });

  it('by the thousand from one member are bounded, and so is the list', async () => {
    const net = new Net('bob');
    const flood = (from: string, i: number): void =>
      net.of('bob').heard(
        { identity: from, name: from },
        {
          type: 'file-offer',
          id: i.toString(16).padStart(32, '0'),
          name: 'x',
          mediaType: '',
          size: 1,
          hash: '0'.repeat(64),
        },
        null,
      );
    for (let i = 0; i < 5000; i++) flood('eve', i);
    expect(net.of('bob').list).to.have.length(20);
    for (let i = 0; i < 5000; i++) flood(`sybil ${i}`, i);
    expect(net.of('bob').list).to.have.length(100);
  });

  it('of malformed messages are nothing', () => {
    const id = 'ab'.repeat(16);
    const offer = { type: 'file-offer', id, name: 'a', mediaType: 'text/plain', size: 1, hash: '0'.repeat(64) };
    expect(parseFileTalk(offer)).to.deep.equal(offer);
    expect(parseFileTalk({ ...offer, mediaType: 'text/html;<script>' })).to.include({ mediaType: '' });
    const bad: object[] = [
      { ...offer, id: '../..' },
      { ...offer, name: '' },
      { ...offer, name: 'x'.repeat(257) },
      { ...offer, size: FILE_MAX + 1 },
      { ...offer, size: -1 },
      { ...offer, size: 1.5 },
      { ...offer, hash: 'short' },
      { type: 'file-ask', id, next: -1 },
      { type: 'file-part', id, index: 0, data: new Uint8Array(PART + 1) },
      { type: 'file-part', id, index: 2000, data: new Uint8Array(1) },
      { type: 'file-end', id, how: 'exploded' },
      { type: 'file-poll', id },
    ];
    for (const each of bad)
      expect(parseFileTalk(each as Record<string, unknown>), JSON.stringify(each)).to.equal(undefined);
  });
});
