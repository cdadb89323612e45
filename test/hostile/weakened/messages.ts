/**
 * One build for all attacks on messages: its page says which defence it does without at the moment, so that one member
 * shows in turn what each of them is for.
 */
import type { Replacements } from '../../e2e/support/bundle.js';

/** `end`: begins messages and never ends them. */
export type MessageDefence = 'seal' | 'tag' | 'topic' | 'window' | 'sender' | 'recipient' | 'bounds' | 'end';

const without = (...defences: MessageDefence[]): string =>
  `(${JSON.stringify(defences)} as unknown[]).includes((globalThis as { without?: unknown }).without)`;

/** Tells how many bytes of unfinished messages are kept. */
const MEASURE = {
  find: 'this.#total += chunk.length;',
  put: 'this.#total += chunk.length; Object.assign(globalThis, { kept: this.#total });',
};
export const MEASURED: Replacements = { 'src/session/messages/reassembly.ts': MEASURE };

export const CARELESS: Replacements = {
  'src/session/messages/reassembly.ts': [
    MEASURE,
    {
      find: 'if (messages.size >= UNFINISHED_MAX)',
      put: `if (messages.size >= UNFINISHED_MAX && !${without('bounds')})`,
    },
    {
      find: 'if (held + chunk.length > SENDER_BYTES_MAX',
      put: `if (!${without('bounds')} && held + chunk.length > SENDER_BYTES_MAX`,
    },
    // Also on a machine that takes longer than the patience to say it all.
    { find: 'if (now - since > PATIENCE)', put: `if (now - since > PATIENCE && !${without('bounds')})` },
  ],
  'src/session/messages/sealed-messages.ts': [
    // Takes what is not sealed from whom the server names.
    {
      find: "if (!packet) return this.#options.onViolation('plaintext', from);",
      put: `const named = this.#memberOf(from);
        if (!packet && named && ${without('seal')}) {
          const said = { topic, epoch: 0, toMe: false, self: this.#self as Sender, sequence: 0, missing: 0 };
          return this.#options.onReceived({ ...said, member: named, content: payload as Bytes });
        }
        if (!packet) return this.#options.onViolation('plaintext', from);`,
    },
    {
      find: 'if (!window.fresh(header.sequence))',
      put: `if (!window.fresh(header.sequence) && !${without('window', 'sender')})`,
    },
    {
      find: 'sequence, count };',
      put: `sequence, count: ${without('end')} ? 64 : count };`,
    },
    // Believes the server about who said it.
    {
      find: 'if (member.sender.identity !== from ||',
      put: `if ((member.sender.identity !== from && !${without('sender')}) ||`,
    },
    {
      find: 'member, epoch, toMe, self, sequence, content, missing });',
      put: `member: ${without('sender')} ? { ...member, sender: { ...member.sender, identity: this.from } } : member,
        epoch, toMe, self, sequence, content, missing });`,
    },
    {
      find: 'const { topic, from, payload } = early;',
      put: 'const { topic, from, payload } = early; this.from = from;',
    },
    { find: 'readonly #reassembly: Reassembly;', put: "readonly #reassembly: Reassembly; private from = '';" },
    // Seals what is for one under a key that everybody has, and opens what is for others.
    {
      find: 'if (!equal(header.to, this.#self.binding))',
      put: `if (!equal(header.to, this.#self.binding) && !${without('recipient')})`,
    },
    {
      find: 'asSecret(pairKey(shared, this.#options.meeting, from.binding, to.binding))',
      put: `asSecret(${without('recipient')} ? new Uint8Array(32)
        : pairKey(shared, this.#options.meeting, from.binding, to.binding))`,
    },
  ],
  'src/session/messages/packet.ts': [
    {
      find: 'encode(topicKind, topic), encoded',
      put: `encode(topicKind, ${without('topic')} ? 'sm/chat' : topic), encoded`,
    },
    {
      find: 'open(key, packet.nonce, packet.box, additional(topic, header, packet.header))',
      put: `${without('tag')} ? (xchacha20(key, packet.nonce, packet.box.slice(0, -BOX_TAG_LENGTH), undefined, 1) as Bytes)
        : open(key, packet.nonce, packet.box, additional(topic, header, packet.header))`,
    },
    {
      find: 'import { BINDING_LENGTH',
      put: "import { xchacha20 } from '@noble/ciphers/chacha.js';\nimport { BINDING_LENGTH",
    },
  ],
  'src/session/messages/talk-kind.ts': [
    { find: 'topicOf(talk) === topic', put: `(topicOf(talk) === topic || ${without('topic')})` },
    {
      find: "if (!ik?.verify('message signature', signature,",
      put: `if (!${without('recipient')} && !ik?.verify('message signature', signature,`,
    },
  ],
};
