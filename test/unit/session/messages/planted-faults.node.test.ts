import { plantFaults, type Fault } from '../../../support/planted.js';

const MESSAGES = { file: 'session/messages/sealed-messages.ts', caughtBy: 'session/messages/sealed-channel' };

const FAULTS: readonly Fault[] = [
  {
    ...MESSAGES,
    name: 'window not asked',
    test: 'replayed at once',
    find: 'if (!window.fresh(header.sequence))',
    put: 'if (false)',
  },
  {
    ...MESSAGES,
    name: 'sender not compared',
    test: 're-attributed',
    find: 'member.sender.identity !== from ||',
    put: '',
  },
  {
    ...MESSAGES,
    name: 'recipient not compared',
    test: 'private, handed',
    find: 'if (!equal(header.to, this.#self.binding))',
    put: 'if (false)',
  },
  {
    ...MESSAGES,
    name: 'topic not authenticated',
    test: 're-topic',
    file: 'session/messages/packet.ts',
    find: 'encode(topicKind, topic), encoded',
    put: 'encoded',
  },
  {
    ...MESSAGES,
    name: 'numbers from before the first count',
    test: 'from before a join',
    file: 'session/messages/replay-window.ts',
    find: 'sequence >= this.#floor && ',
    put: '',
  },
  {
    ...MESSAGES,
    name: 'signatures not checked',
    test: 'signed: a member',
    file: 'session/messages/talk-kind.ts',
    find: "if (!ik?.verify('message signature', signature, sentence(place, read, said))) return 'forged';",
    put: 'void [ik, signature, said, place, sentence];',
  },
  {
    ...MESSAGES,
    name: 'a sender may begin any number of messages',
    test: 'take at most',
    file: 'session/messages/reassembly.ts',
    find: 'if (messages.size >= UNFINISHED_MAX)',
    put: 'if (false)',
  },
  {
    ...MESSAGES,
    name: 'a sender may fill the memory',
    test: 'take at most',
    file: 'session/messages/reassembly.ts',
    find: 'held + chunk.length > SENDER_BYTES_MAX ||',
    put: '',
  },
  {
    name: 'one key for two things',
    test: 'refuses one key',
    file: 'session/key-sink.ts',
    find: 'checks.some((check) => this.#seen.has(check))',
    put: 'false',
    caughtBy: 'session/messages/key-sink',
  },
  {
    name: 'activate goes back',
    test: 'activates only',
    file: 'session/key-sink.ts',
    find: 'if (this.#active !== undefined && epoch < this.#active)',
    put: 'if (false)',
    caughtBy: 'session/messages/key-sink',
  },
  {
    name: 'bytes left in memory',
    test: 'hands each half',
    file: 'session/key-sink.ts',
    find: 'if (key instanceof Uint8Array) wipe(key);',
    put: 'void [key, wipe];',
    caughtBy: 'session/messages/key-sink',
  },
  {
    name: 'R of mixed order',
    test: 'refuses R . torsion',
    file: 'crypto/signature.ts',
    find: '&& primeOrder(signature.subarray(0, 32))',
    put: '',
    caughtBy: 'crypto/signature',
  },
  {
    name: 'A of mixed order',
    test: 'refuses A . torsion',
    file: 'crypto/signature.ts',
    find: 'return primeOrder(bytes) ?',
    put: 'return bytes.length === 32 ?',
    caughtBy: 'crypto/signature',
  },
];

plantFaults('messages', FAULTS);
