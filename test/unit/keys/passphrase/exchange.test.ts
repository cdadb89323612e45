import { expect } from 'chai';
import { toHex } from '../../../../src/base/index.js';
import { decode, encode } from '../../../../src/crypto/index.js';
import { createLinkSecret } from '../../../../src/keys/index.js';
import { GroupKey } from '../../../../src/keys/passphrase/group-key.js';
import {
  announceKind,
  lastingKind,
  messageKind,
  readAnnounce,
  type Lasting,
} from '../../../../src/keys/passphrase/messages.js';
import { TIMES } from '../../../../src/keys/passphrase/times.js';
import { groupSecret } from '../../../../src/keys/passphrase/secret.js';
import { PassphraseProvider } from '../../../../src/keys/passphrase/provider.js';
import { Net, complete, settle, type Peer, type Sent } from '../../../support/exchange-net.js';

const secret = { kind: 'link', value: createLinkSecret((n) => new Uint8Array(n).fill(5)) } as const;
const other = { kind: 'link', value: createLinkSecret((n) => new Uint8Array(n).fill(6)) } as const;

/** A meeting of these, all joined and settled. */
async function meeting(...names: string[]): Promise<{ net: Net; peers: Peer[] }> {
  const net = new Net();
  const peers: Peer[] = [];
  for (const name of names) {
    const peer = await net.peer(name, new PassphraseProvider(secret));
    await net.join(peer);
    peers.push(peer);
    await net.clock.advance(500);
  }
  return { net, peers };
}

describe('passphrase', () => {
  it('gives every member every other member’s key', async () => {
    const { net, peers } = await meeting('ann', 'bob', 'cy');
    await net.clock.advance(1000);
    expect(complete(peers)).to.equal(true);
    expect(peers[0]!.last('state')?.state).to.equal('ready');
    expect(
      peers[1]!
        .last('roster')
        ?.members.map(({ name }) => name)
        .sort(),
    ).to.deep.equal(['ANN', 'BOB', 'CY']);
  });

  it('has keys in one and a half round trips between two', async () => {
    const { net, peers } = await meeting('ann');
    await net.clock.advance(10_000);
    const bob = await net.peer('bob', new PassphraseProvider(secret));
    await net.join(bob);
    await net.clock.advance(3 * net.delay + 1);
    expect(complete([...peers, bob])).to.equal(true);
  });

  it('has keys for fifteen that join at once, in few messages', async () => {
    const net = new Net();
    const peers: Peer[] = [];
    for (let i = 0; i < 15; i++) peers.push(await net.peer(`p${i}`, new PassphraseProvider(secret)));
    await Promise.all(peers.map((peer) => net.join(peer)));
    await net.clock.advance(900);
    expect(complete(peers)).to.equal(true);
    expect(net.log.length).to.be.lessThan(15 * 6);
    await net.clock.advance(30_000);
    const settled = net.log.length;
    await net.clock.advance(60_000);
    expect(net.log.length, 'silent once everybody has everything').to.equal(settled);
  });

  it('gives nobody a key for a recording: an Announce of an earlier meeting, or of one that left', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const recorded = net.log.filter(({ from }) => from === 'bob');
    const bobs = peers[1]!.sink.sending()!;
    await peers[1]!.provider.stop('left');
    await net.clock.advance(100);
    expect(peers[0]!.roster()).to.deep.equal([]);
    for (const sent of recorded) net.deliver(sent, 'ann');
    await net.clock.advance(20_000);
    expect(peers[0]!.roster()).to.deep.equal([]);
    const later = await net.peer('cy', new PassphraseProvider(secret));
    net.peers.get('bob')!.connected = false;
    await net.join(later);
    await net.clock.advance(1000);
    for (const sent of recorded) net.deliver(sent, 'cy');
    await net.clock.advance(20_000);
    expect(later.roster()).to.deep.equal(['ann']);
    expect(later.sink.everHeld.has(bobs)).to.equal(false);
  });

  it('shows a newcomer nothing that was sealed before it came', async () => {
    for (const told of [true, false]) {
      const { net, peers } = await meeting('ann', 'bob');
      await net.clock.advance(60_000);
      const before = peers.map((peer) => peer.sink.sending());
      const cy = await net.peer('cy', new PassphraseProvider(secret));
      await net.join(cy, { told });
      await net.clock.advance(1000);
      expect(complete([...peers, cy])).to.equal(true);
      for (const key of before) expect(cy.sink.everHeld.has(key!)).to.equal(false);
    }
  });

  it('has begun the newcomer’s epoch by the time it announces itself, when the SFU says that it is coming', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    await net.clock.advance(60_000);
    const cy = await net.peer('cy', new PassphraseProvider(secret));
    net.presence('cy', true);
    await net.clock.advance(TIMES.staging + 1);
    const ready = peers.map((peer) => peer.sink.sending());
    await net.join(cy, { told: false });
    await net.clock.advance(TIMES.staging - 1);
    expect(complete([...peers, cy])).to.equal(true);
    expect(peers.map((peer) => peer.sink.sending())).to.deep.equal(ready);
  });

  it('begins an epoch a second at most for newcomers that the SFU makes up', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    await net.clock.advance(60_000);
    const before = peers[0]!.sink.activations.length;
    for (let i = 0; i < 100; i++) {
      net.presence(`ghost-${i}`, true);
      await net.clock.advance(100);
    }
    expect(peers[0]!.sink.activations.length - before).to.be.within(1, 10);
  });

  it('keeps the others’ media open while everybody changes to new epochs', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    await net.clock.advance(60_000);
    const cy = await net.peer('cy', new PassphraseProvider(secret));
    await net.join(cy);
    for (let i = 0; i < 600; i++) {
      await net.clock.advance(1);
      expect(peers[0]!.opens(peers[1]!) && peers[1]!.opens(peers[0]!), `at ${i} ms`).to.equal(true);
    }
    await net.clock.advance(11_000);
    for (const peer of peers) expect(peer.sink.keys.size, 'old epochs are gone').to.equal(3);
  });

  it('says so when the passphrase is wrong, on both sides, and locks nothing out', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const eve = await net.peer('eve', new PassphraseProvider(other));
    await net.join(eve);
    await net.clock.advance(2000);
    for (const peer of peers) expect(peer.all('wrongKey')).to.deep.equal([{ identity: 'eve' }]);
    expect(
      eve
        .all('wrongKey')
        .map(({ identity }) => identity)
        .sort(),
    ).to.deep.equal(['ann', 'bob']);
    expect(complete(peers)).to.equal(true);
    expect(eve.roster()).to.deep.equal([]);
    await eve.provider.stop('left');
    eve.connected = false;
    net.presence('eve', false);
    net.peers.delete('eve');
    const again = await net.peer('eve', new PassphraseProvider(secret));
    await net.join(again);
    await net.clock.advance(2000);
    expect(complete([...peers, again])).to.equal(true);
  });

  it('tells two joins apart that drew the same epoch', async () => {
    const net = new Net();
    const random = net.random.bind(net);
    net.random = (length) => (length === 4 ? new Uint8Array(4) : random(length));
    const ann = await net.peer('ann', new PassphraseProvider(secret));
    const bob = await net.peer('bob', new PassphraseProvider(secret));
    await Promise.all([net.join(ann), net.join(bob)]);
    await net.clock.advance(500);
    expect(complete([ann, bob])).to.equal(true);
    bob.provider.handleWorkerLost();
    await net.clock.advance(5000);
    expect(complete([ann, bob])).to.equal(true);
    expect(ann.all('ended').concat(bob.all('ended'))).to.deep.equal([]);
  });

  it('begins a new join after the worker died: new binding, and no key the dead worker held', async () => {
    const { net, peers } = await meeting('ann', 'bob', 'cy');
    await net.clock.advance(5000);
    const [ann, bob] = peers as [Peer, Peer];
    const held = new Set(bob.sink.everHeld);
    const binding = toHex(bob.sink.self!.binding);
    const old = ann.last('roster')!.members.find(({ sender }) => sender.identity === 'bob')!.sender;
    bob.provider.handleWorkerLost();
    await net.clock.advance(5000);
    expect(toHex(bob.sink.self!.binding)).not.to.equal(binding);
    expect(complete(peers)).to.equal(true);
    for (const key of bob.sink.keys.values()) expect(held.has(key)).to.equal(false);
    const now = ann.last('roster')!.members.filter(({ sender }) => sender.identity === 'bob');
    expect(now.length).to.equal(1);
    expect(toHex(now[0]!.sender.binding)).not.to.equal(toHex(old.binding));
  });

  it('recovers when everybody’s connection was made anew', async () => {
    const { net, peers } = await meeting('ann', 'bob', 'cy');
    await net.clock.advance(5000);
    for (const peer of peers) peer.provider.handleConnection('rejoined');
    await net.clock.advance(5000);
    expect(complete(peers)).to.equal(true);
  });

  it('survives lost messages', async () => {
    const net = new Net();
    let count = 0;
    net.bend = (sent) => (count++ % 2 === 0 && net.clock.now() < 3000 ? undefined : sent);
    const peers = [];
    for (const name of ['ann', 'bob', 'cy']) {
      const peer = await net.peer(name, new PassphraseProvider(secret));
      peers.push(peer);
      await net.join(peer);
    }
    await net.clock.advance(30_000);
    expect(complete(peers)).to.equal(true);
  });

  it('retires who the SFU reports gone after 3 s, and takes them back', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const [ann, bob] = peers as [Peer, Peer];
    await net.clock.advance(5000);
    net.presence('bob', false, ann);
    await net.clock.advance(2900);
    expect(ann.roster()).to.deep.equal(['bob']);
    net.presence('bob', true, ann);
    await net.clock.advance(5000);
    expect(ann.roster(), 'a blip changes nothing').to.deep.equal(['bob']);
    net.presence('bob', false, ann);
    await net.clock.advance(3100);
    expect(ann.roster()).to.deep.equal([]);
    expect(ann.opens(bob)).to.equal(false);
    const old = bob.sink.sending();
    net.presence('bob', true, ann);
    await net.clock.advance(3000);
    expect(complete(peers)).to.equal(true);
    expect(bob.sink.sending(), 'under a new key: the old window is gone').not.to.equal(old);
  });

  it('retires at once who says goodbye, and believes nobody else’s goodbye', async () => {
    const { net, peers } = await meeting('ann', 'bob', 'cy');
    const [ann, bob, cy] = peers as [Peer, Peer, Peer];
    await bob.provider.stop('left');
    bob.connected = false;
    await net.clock.advance(net.delay + 1);
    expect(ann.roster()).to.deep.equal(['cy']);
    const goodbye = net.log.filter(({ from }) => from === 'bob').at(-1)!;
    net.deliver({ ...goodbye, from: 'cy' }, 'ann');
    await net.clock.advance(100);
    expect(ann.roster()).to.deep.equal(['cy']);
    expect(complete([ann, cy])).to.equal(true);
  });

  it('drops and reports Announces that were bent, re-attributed or are of another meeting', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const ann = peers[0]!;
    const genuine = net.log.filter(({ from }) => from === 'bob')[0]!;
    net.deliver({ ...genuine, from: 'mallory' }, 'ann');
    await settle();
    expect(ann.all('alarm')).to.deep.equal([{ code: 'forged', identity: 'mallory' }]);
    for (let i = 0; i < genuine.message.length; i += 7) {
      const bent = genuine.message.slice();
      bent[i] = (bent[i] as number) ^ 1;
      net.deliver({ ...genuine, message: bent }, 'ann');
      await net.clock.advance(200);
    }
    expect(ann.roster()).to.deep.equal(['bob']);
    const elsewhere = new Net();
    const far = await elsewhere.peer('far', new PassphraseProvider(secret), 'monthly');
    await elsewhere.join(far);
    const before = ann.events.length;
    net.deliver({ ...elsewhere.log[0]!, from: 'far' }, 'ann');
    await net.clock.advance(100);
    expect(ann.events.length).to.equal(before);
  });

  it('believes a goodbye only from whom it is', async () => {
    const { net, peers } = await meeting('ann', 'bob', 'cy');
    const [ann, bob] = peers as [Peer, Peer];
    net.bend = () => undefined;
    await bob.provider.stop('left');
    const goodbye = net.log.at(-1)!;
    expect(goodbye.from).to.equal('bob');
    net.deliver({ ...goodbye, from: 'cy' }, 'ann');
    await settle();
    expect(ann.roster().sort()).to.deep.equal(['bob', 'cy']);
    net.deliver(goodbye, 'ann');
    await settle();
    expect(ann.roster()).to.deep.equal(['cy']);
  });

  it('takes nothing from a recording for a member that was retired: only a later epoch brings it back', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const ann = peers[0]!;
    await net.clock.advance(5000);
    net.presence('bob', false, ann);
    net.bend = () => undefined;
    await net.clock.advance(3100);
    expect(ann.roster()).to.deep.equal([]);
    for (const sent of net.log.filter(({ from }) => from === 'bob')) net.deliver(sent, 'ann');
    await net.clock.advance(1000);
    expect(ann.roster()).to.deep.equal([]);
  });

  it('refuses, from one that holds the secret, what the member did not sign', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const ann = peers[0]!;
    const genuine = net.log.filter(({ from }) => from === 'bob').at(-1)!;
    const message = decode(messageKind, genuine.message);
    if (message?.type !== 'announce') return expect.fail('not an Announce');
    const { content, lasting } = readAnnounce(message.body.content)!;
    const group = new GroupKey(await groupSecret(secret, 'weekly'), 'weekly');
    const forge = (changes: Partial<Lasting>): Sent => {
      const forged = encode(announceKind, {
        ...content,
        epoch: content.epoch + 1,
        lasting: encode(lastingKind, { ...lasting, ...changes }),
      });
      const body = { content: forged, signature: message.body.signature, mac: group.mac(forged) };
      return { ...genuine, message: encode(messageKind, { type: 'announce', body }) };
    };
    const before = ann.last('roster');
    // His binding, with a message key of the forger's; then another join in his name.
    net.deliver(forge({ messageKey: new Uint8Array(32).fill(9) }), 'ann');
    await settle();
    expect(ann.all('alarm')).to.deep.equal([{ code: 'forged', identity: 'bob' }]);
    const nonce = new Uint8Array(16).fill(9);
    net.deliver(forge({ nonce }), 'ann');
    await net.clock.advance(1000);
    expect(ann.last('roster')).to.equal(before);
    const echoed = net.log.slice(-5).some(({ message: sent }) => toHex(sent).includes(toHex(nonce)));
    expect(echoed, 'not even answered').to.equal(false);
  });

  it('reports a participant who never announces itself as a stranger, once', async () => {
    const { net, peers } = await meeting('ann');
    const ghost = await net.peer('ghost', new PassphraseProvider(secret));
    net.presence('ghost', true);
    await net.clock.advance(4000);
    expect(peers[0]!.all('alarm')).to.deep.equal([]);
    await net.clock.advance(60_000);
    expect(peers[0]!.all('alarm')).to.deep.equal([{ code: 'stranger', identity: 'ghost' }]);
    expect(ghost.events.length).to.equal(0);
  });

  it('lets a flood of recorded or random messages cost bounded work and change nothing', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const ann = peers[0]!;
    await net.clock.advance(5000);
    const sent = net.log.length;
    const sample = net.log.filter(({ from }) => from === 'bob')[0]!;
    const began = performance.now();
    for (let i = 0; i < 20_000; i++) {
      const random = sample.message.slice();
      random[i % random.length] = i & 0xff;
      net.deliver({ from: `stranger ${i % 5000}`, to: null, message: i % 2 ? random : sample.message }, 'ann');
    }
    expect(performance.now() - began).to.be.lessThan(10_000);
    await net.clock.advance(1000);
    expect(net.log.length - sent).to.be.lessThan(40);
    expect(complete(peers)).to.equal(true);
    expect(ann.events.length).to.be.lessThan(4000);
  });

  it('agrees on a secret for private messages with members only', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    await net.clock.advance(100);
    const [ann, bob] = peers as [Peer, Peer];
    const of = (peer: Peer, identity: string): Parameters<NonNullable<typeof peer.provider.agree>>[0] =>
      peer.last('roster')!.members.find(({ sender }) => sender.identity === identity)!.sender;
    const ab = await ann.provider.agree!(of(ann, 'bob'));
    const ba = await bob.provider.agree!(of(bob, 'ann'));
    expect(ab && ba && toHex(ab)).to.equal(ba && toHex(ba));
    expect(await ann.provider.agree!({ ...of(ann, 'bob'), identity: 'cy' })).to.equal(undefined);
  });

  it('forgets everything when it stops, and leaves no timer behind', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    for (const peer of peers) await peer.provider.stop('left');
    await net.clock.advance(100);
    for (const peer of peers) expect(peer.sink.keys.size).to.equal(0);
    expect(net.clock.pending).to.equal(0);
  });
});
