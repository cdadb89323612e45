import { expect } from 'chai';
import { SecureMeetingError } from '../../../../src/base/index.js';
import { importSecret } from '../../../../src/crypto/index.js';
import { ExternalProvider } from '../../../../src/keys/external/provider.js';
import { Net, complete, settle, type Peer } from '../../../support/exchange-net.js';

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const codeOf = async (promise: Promise<void>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof SecureMeetingError ? error.code : 'not ours'),
  );

async function meeting(...names: string[]): Promise<{ net: Net; peers: Peer[] }> {
  const net = new Net();
  const peers: Peer[] = [];
  for (const name of names) {
    const peer = await net.peer(name, new ExternalProvider());
    peers.push(peer);
    await net.join(peer);
    await peer.provider.setKey!(key(1), {});
    await net.clock.advance(500);
  }
  await net.clock.advance(2000);
  return { net, peers };
}

describe('external', () => {
  it('asks for a key, and runs the exchange once it is there', async () => {
    const net = new Net();
    const ann = await net.peer('ann', new ExternalProvider());
    await net.join(ann);
    expect(ann.last('keyRequest')).to.include({ epoch: 0, reason: 'first', deadline: net.clock.wall() + 30_000 });
    expect(ann.last('state')?.state).to.equal('waiting');
    expect(ann.sink.sending()).to.equal(undefined);
    await ann.provider.setKey!(key(1), { epoch: 0 });
    await settle();
    expect(ann.last('state')?.state).to.equal('ready');
    expect(ann.sink.sending()).to.be.a('string');
  });

  it('takes a key given ahead, and a CryptoKey that can’t be read, as the same key', async () => {
    const net = new Net();
    const ann = await net.peer('ann', new ExternalProvider());
    await ann.provider.setKey!(key(1), {});
    const bob = await net.peer('bob', new ExternalProvider());
    await bob.provider.setKey!(await importSecret(key(1)), {});
    await Promise.all([net.join(ann), net.join(bob)]);
    await net.clock.advance(500);
    expect(ann.all('keyRequest')).to.deep.equal([]);
    expect(complete([ann, bob])).to.equal(true);
  });

  it('refuses the same key twice, in whatever form, and for another member', async () => {
    const provider = new ExternalProvider();
    await provider.setKey(key(1), { epoch: 0 });
    expect(await codeOf(provider.setKey(key(1), { epoch: 1 }))).to.equal('key-reused');
    expect(await codeOf(provider.setKey(await importSecret(key(1)), { epoch: 1 }))).to.equal('key-reused');
    expect(await codeOf(provider.setKey(key(1), { identity: 'bob' }))).to.equal('key-reused');
    expect(await codeOf(provider.setKey(key(2), { epoch: 0 }))).to.equal('key-order');
    expect(await codeOf(provider.setKey(key(2), { epoch: -1 }))).to.equal('key-order');
    expect(await codeOf(provider.setKey(new Uint8Array(31), {}))).to.equal('key-short');
    const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    expect(await codeOf(provider.setKey(aes, {}))).to.equal('config-invalid');
  });

  it('asks again when somebody left, changes without a gap, and drops the old key', async () => {
    const { net, peers } = await meeting('ann', 'bob', 'cy');
    expect(complete(peers)).to.equal(true);
    const [ann, bob, cy] = peers as [Peer, Peer, Peer];
    await cy.provider.stop('left');
    cy.connected = false;
    await net.clock.advance(100);
    expect(ann.last('keyRequest')).to.include({ epoch: 1, reason: 'left' });
    const old = [...ann.sink.everHeld];
    await ann.provider.setKey!(key(2), { epoch: 1 });
    await bob.provider.setKey!(key(2), { epoch: 1 });
    await net.clock.advance(4000);
    expect(complete([ann, bob])).to.equal(true);
    for (const held of old) expect([...ann.sink.keys.values()].includes(held)).to.equal(false);
  });

  it('lets one side be slower than the other with a planned change', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const [ann, bob] = peers as [Peer, Peer];
    await ann.provider.setKey!(key(2), { epoch: 1 });
    await net.clock.advance(1000);
    expect(bob.last('keyRequest')).to.include({ epoch: 1, reason: 'rotation' });
    expect(complete(peers), 'still under the old key').to.equal(true);
    await bob.provider.setKey!(key(2), { epoch: 1 });
    await net.clock.advance(5000);
    expect(complete(peers)).to.equal(true);
  });

  it('stops sending when a request is not answered in time, and goes on when it is', async () => {
    const { net, peers } = await meeting('ann', 'bob');
    const ann = peers[0]!;
    await peers[1]!.provider.stop('left');
    await net.clock.advance(29_000);
    expect(ann.sink.sending()).to.be.a('string');
    await net.clock.advance(2000);
    expect(ann.sink.sending()).to.equal(undefined);
    expect(ann.last('state')?.state).to.equal('paused');
    await ann.provider.setKey!(key(3), {});
    await net.clock.advance(100);
    expect(ann.sink.sending()).to.be.a('string');
    expect(ann.last('state')?.state).to.equal('ready');
  });

  it('uses a member’s own key for that member alone', async () => {
    const net = new Net();
    const peers = [await net.peer('ann', new ExternalProvider()), await net.peer('bob', new ExternalProvider())];
    for (const peer of peers) {
      await peer.provider.setKey!(key(1), { identity: 'ann' });
      await peer.provider.setKey!(key(2), { identity: 'bob' });
    }
    const eve = await net.peer('eve', new ExternalProvider());
    await eve.provider.setKey!(key(3), { identity: 'ann' });
    await eve.provider.setKey!(key(4), { identity: 'eve' });
    await Promise.all([...peers, eve].map((peer) => net.join(peer)));
    await net.clock.advance(1000);
    expect(complete(peers)).to.equal(true);
    expect(eve.roster()).to.deep.equal([]);
  });
});
