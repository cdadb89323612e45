import { expect } from 'chai';
import fc from 'fast-check';
import { isTransformOptions, parseFromWorker, parseToWorker } from '../../../src/media/worker-messages.js';
import { ALICE, baseKey } from '../../support/media-keys.js';

describe('media: messages between page and worker', () => {
  it('takes the messages of the protocol', async () => {
    const key = await baseKey(1);
    const { readable, writable } = new TransformStream();
    for (const message of [
      { type: 'call', call: 0, verb: 'ping' },
      { type: 'call', call: 0, verb: 'self', sender: ALICE },
      { type: 'call', call: 1, verb: 'install', epoch: 3, sender: ALICE, key },
      { type: 'call', call: 1, verb: 'retire', epoch: 3, sender: undefined },
      { type: 'bind', transform: 3, identity: '', stream: undefined },
      { type: 'bind', transform: 3, identity: 'alice', stream: 'screen-audio' },
      { type: 'streams', transform: 3, direction: 'send', readable, writable },
      { type: 'trailer', trailer: new Uint8Array(32) },
      { type: 'heard', transform: 3 },
    ])
      expect(parseToWorker(message), JSON.stringify(message)).to.equal(message);
    for (const message of [
      { type: 'hello', protocol: 1 },
      { type: 'waiting', transform: 3 },
      { type: 'done', call: 3, counts: undefined },
      { type: 'failed', call: 3, code: 'key-order' },
      { type: 'event', name: 'exhausted', detail: { epoch: 1, stream: 'camera' } },
    ])
      expect(parseFromWorker(message), JSON.stringify(message)).to.equal(message);
  });

  it('takes nothing else', async () => {
    const key = await baseKey(1);
    for (const message of [
      { type: 'call', verb: 'ping' },
      { type: 'call', call: 1, verb: 'export' },
      { type: 'call', call: 1, verb: 'self', sender: { identity: 'a', binding: new Uint8Array(31) } },
      { type: 'call', call: 1, verb: 'self', sender: { identity: 'a'.repeat(257), binding: new Uint8Array(32) } },
      { type: 'call', call: 1, verb: 'install', epoch: '3', sender: ALICE, key },
      { type: 'call', call: 1, verb: 'install', epoch: 3, sender: ALICE, key: new Uint8Array(32) },
      { type: 'bind', transform: 1, identity: 'a', stream: 'cameras' },
      { type: 'trailer', trailer: new Uint8Array(1) },
      { type: 'trailer', trailer: new Uint8Array(0) },
      { type: 'trailer', trailer: [1, 2] },
      { type: 'heard', transform: -1 },
      { type: 'streams', transform: 3, direction: 'both' },
    ])
      expect(parseToWorker(message), JSON.stringify(message)).to.equal(undefined);
    for (const message of [
      { type: 'failed', call: 1, code: 'no-such-code' },
      { type: 'waiting' },
      { type: 'event', name: 'lost', detail: {} },
      { type: 'event', name: 'toString', detail: {} },
      { type: 'event', name: 'proof', detail: { identity: 'a', stream: 'camera', epoch: 1 } },
      { type: 'event', name: 'violation', detail: null },
    ])
      expect(parseFromWorker(message), JSON.stringify(message)).to.equal(undefined);
    expect(isTransformOptions({ transform: 0, direction: 'send' })).to.equal(true);
    expect(isTransformOptions({ transform: 0.5, direction: 'send' })).to.equal(false);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom('call', 'bind', 'event', 'streams', undefined), (value, type) => {
        const message = typeof value === 'object' && value && type ? { ...value, type } : value;
        parseToWorker(message);
        parseFromWorker(message);
        isTransformOptions(message);
      }),
    );
  });
});
