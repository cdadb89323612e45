import { plantFaults, type Fault } from '../../../support/planted.js';

const EXCHANGE = { file: 'keys/passphrase/exchange.ts', caughtBy: 'keys/passphrase/exchange' };

const FAULTS: readonly Fault[] = [
  {
    ...EXCHANGE,
    name: 'keys of a sender that did not echo our nonce',
    test: 'gives nobody a key for a recording',
    find: "(member.state === 'heard' && echoed)",
    put: "member.state === 'heard'",
  },
  {
    ...EXCHANGE,
    name: 'a join that ended comes back',
    test: 'gives nobody a key for a recording',
    find: 'if (this.#members.ended(binding)) return;',
    put: '',
  },
  {
    ...EXCHANGE,
    name: 'newcomers get the old epoch',
    test: 'shows a newcomer nothing',
    find: 'if (isNew && !echoed && (old || returned)) this.renew();',
    put: 'if (isNew) this.announce(false);',
  },
  {
    ...EXCHANGE,
    name: 'the SFU may relay one member as another',
    test: 'drops and reports Announces',
    find: 'if (read.lasting.identity !== from)',
    put: 'if (false)',
  },
  {
    ...EXCHANGE,
    name: 'an Announce of another meeting',
    test: 'drops and reports Announces',
    find: 'if (!read || read.lasting.meeting !== this.#context.meeting) return;',
    put: 'if (!read) return;',
  },
  {
    ...EXCHANGE,
    name: 'another lasting part under one binding',
    test: 'refuses, from one that holds the secret',
    find: 'if (!equal(member.lastingBytes, content.lasting))',
    put: 'if (false)',
  },
  {
    ...EXCHANGE,
    name: 'signatures not checked',
    test: 'refuses, from one that holds the secret',
    find: "!verifyKey || !(await verifyKey.verifyNatively('passphrase announce', signature, signed))",
    put: '!verifyKey',
  },
  {
    ...EXCHANGE,
    name: 'a recording brings a retired member back',
    test: 'takes nothing from a recording',
    find: "(known.state === 'gone' && content.epoch === known.epoch)",
    put: 'false',
  },
  {
    ...EXCHANGE,
    name: 'goodbyes of others',
    test: 'believes a goodbye only',
    find: 'if (!member || member.sender.identity !== from) return;',
    put: 'if (!member) return;',
  },
];

plantFaults('passphrase', FAULTS);
