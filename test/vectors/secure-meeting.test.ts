import { expect } from 'chai';
import { fromHex, fromUtf8, toHex } from '../../src/base/index.js';
import {
  VerifyKey,
  bindingOf,
  decode,
  importSecret,
  securityCode,
  x25519Agree,
  x25519PublicKey,
} from '../../src/crypto/index.js';
import { GroupKey } from '../../src/keys/passphrase/group-key.js';
import { announceHash, askKind, leavingKind, messageKind, readAnnounce } from '../../src/keys/passphrase/messages.js';
import { MessageKeys } from '../../src/session/messages/message-keys.js';
import { SealedMessages, type Received } from '../../src/session/messages/sealed-messages.js';
import { decodeTalk } from '../../src/session/messages/talk-kind.js';
import { systemClock } from '../../src/base/index.js';
import { makeVectors } from '../support/protocol-vectors.js';
import { settle } from '../support/exchange-net.js';
import vectors from './secure-meeting/protocol.json';

describe('our own vectors', () => {
  it('are what the code makes from the same inputs', async () => {
    const made = JSON.parse(JSON.stringify(await makeVectors())) as Record<string, unknown>;
    for (const [part, value] of Object.entries(vectors)) expect(made[part], part).to.deep.equal(value);
    expect(Object.keys(made)).to.deep.equal(Object.keys(vectors));
  });

  it('label', () => {
    for (const { purpose, label } of vectors.labels) expect(fromUtf8(fromHex(label))).to.equal(`sm/1 ${purpose}\0`);
  });

  it('security code', async () => {
    for (const { meeting, ik, instance, code } of vectors.securityCode)
      expect((await securityCode(fromHex(ik), meeting, fromHex(instance))).join(' ')).to.equal(code);
  });

  it('passphrase: the Announce is taken, and gives the sender’s keys', () => {
    const vector = vectors.passphrase;
    const group = new GroupKey(fromHex(vector.groupSecret), vector.meeting);
    const message = decode(messageKind, fromHex(vector.announce));
    if (message?.type !== 'announce') return expect.fail('not an Announce');
    const { content, signature, mac } = message.body;
    expect(toHex(content)).to.equal(vector.content);
    expect(group.check(content, mac)).to.equal(true);
    expect(VerifyKey.from(fromHex(vector.ik))?.verify('passphrase announce', signature, content)).to.equal(true);
    const read = readAnnounce(content);
    if (!read) return expect.fail('malformed');
    expect(read.lasting).to.deep.include({ meeting: vector.meeting, identity: vector.identity, name: vector.name });
    expect(toHex(bindingOf(read.lasting))).to.equal(vector.binding);
    expect(read.content.echoes.map(toHex)).to.deep.equal(vector.echoes);
    expect(toHex(x25519PublicKey(fromHex(vector.messageSecret)))).to.equal(toHex(read.lasting.messageKey));
    const announced = announceHash(read.content.lasting, read.content.epoch);
    expect(toHex(announced)).to.equal(vector.announceHash);
    const keys = group.senderKeys(read.lasting.identity, announced);
    expect([toHex(keys.media), toHex(keys.message)]).to.deep.equal([vector.mediaKey, vector.messageKeySecret]);
  });

  it('passphrase: ask and goodbye are taken', () => {
    const vector = vectors.passphrase;
    const group = new GroupKey(fromHex(vector.groupSecret), vector.meeting);
    const ask = decode(messageKind, fromHex(vector.ask));
    if (ask?.type !== 'ask') return expect.fail('not an ask');
    expect(group.check(ask.body.content, ask.body.mac)).to.equal(true);
    const asked = decode(askKind, ask.body.content);
    expect(asked && { ...asked, binding: toHex(asked.binding) }).to.deep.equal({
      meeting: vector.meeting,
      binding: vector.binding,
      epoch: vector.epoch,
      fresh: true,
    });
    const leaving = decode(messageKind, fromHex(vector.leaving));
    if (leaving?.type !== 'leaving') return expect.fail('not a goodbye');
    const { content, signature, mac } = leaving.body;
    expect(group.check(content, mac)).to.equal(true);
    expect(VerifyKey.from(fromHex(vector.ik))?.verify('passphrase leaving', signature, content)).to.equal(true);
    expect(toHex(decode(leavingKind, content)?.binding ?? new Uint8Array())).to.equal(vector.binding);
  });

  it('messages: sealed packets open, and say what they say', async () => {
    const vector = vectors.messages;
    const from = { identity: vector.from, binding: fromHex(vector.fromBinding) };
    const keys = new MessageKeys();
    await keys.install(vector.epoch, from, await importSecret(fromHex(vector.messageSecret)));
    const received: Received[] = [];
    const violations: string[] = [];
    const messages = new SealedMessages({
      meeting: vector.meeting,
      keys,
      clock: systemClock,
      random: (length) => new Uint8Array(length),
      send: async () => {},
      agree: async () => x25519Agree(fromHex(vector.toX25519), x25519PublicKey(fromHex(vector.fromX25519))),
      onReceived: (each) => received.push(each),
      onViolation: (code) => violations.push(code),
      onMissingKey: () => violations.push('missing key'),
    });
    messages.self({ identity: vector.to, binding: fromHex(vector.toBinding) });
    messages.roster([{ sender: from, name: 'Ann', ik: fromHex(vector.ik), role: 'none', present: true }]);
    for (const each of [vector.chat, vector.hand, vector.private])
      messages.handle(each.topic, vector.from, fromHex(each.packet));
    await settle();
    expect(violations).to.deep.equal([]);
    const talks = received.map(({ content, topic, sequence, toMe }) =>
      decodeTalk(
        content,
        topic,
        {
          meeting: vector.meeting,
          from: from.binding,
          ...(toMe && { to: fromHex(vector.toBinding) }),
          sequence,
        },
        VerifyKey.from(fromHex(vector.ik)),
      ),
    );
    expect(talks).to.deep.equal([
      { type: 'chat', text: vector.text },
      { type: 'hand', up: true },
      { type: 'chat', text: vector.text },
    ]);
    const place = { meeting: vector.meeting, from: from.binding, sequence: vector.chatInChain.sequence };
    const said = (instance: { instance?: Uint8Array }): unknown =>
      decodeTalk(
        fromHex(vector.chatInChain.content),
        vector.chatInChain.topic,
        { ...place, ...instance },
        VerifyKey.from(fromHex(vector.ik)),
      );
    expect(said({ instance: fromHex(vector.instance) })).to.deep.equal({ type: 'chat', text: vector.text });
    expect(said({})).to.equal('forged');
  });
});
