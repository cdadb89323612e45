import { SecureMeetingError } from '../../base/index.js';
import type { KeyProviderEvents, SecurityCode } from '../key-provider.js';
import type { Machine } from './machine.js';
import type { Roster } from './roster.js';
import { parseHostRequest } from './wishes.js';
import { parseEnvelope } from './wire.js';

type Reason = KeyProviderEvents['securityCode']['reason'];

/** The security code in force, and whether it was compared in this chain. */
export class Code {
  readonly #m: Machine;
  #code: SecurityCode | undefined;
  #of = '';
  #verified = false;
  /** It was verified under the leader before; whether that goes on depends on who acknowledges the new one. */
  #waiting: Roster | undefined;
  #rejected = false;

  constructor(machine: Machine) {
    this.#m = machine;
  }

  get verified(): boolean {
    return this.#verified;
  }

  /** A new leader or a new instance makes a new code. Slow by design, so it is worked out beside everything else. */
  changed(reason: Reason, verified: boolean): void {
    const m = this.#m;
    const { chain } = m;
    if (!chain) return;
    this.#verified = verified;
    this.#waiting = undefined;
    this.#code = undefined;
    const { leader, instance } = chain;
    const of = (this.#of = `${leader.id} ${chain.epoch}`);
    m.p.securityCode(leader.ik, m.ctx.meeting, instance).then(
      (code) => {
        if (m.ended || this.#of !== of) return;
        this.#code = code;
        const { identity, name } = leader;
        m.ctx.emit('securityCode', { code, leader: { identity, name }, reason, verified: this.#verified });
      },
      () => m.alarm('code-mismatch'),
    );
  }

  /**
   * Somebody else leads. What was verified stays so after a host's hand-over, and after a Takeover by more than half
   * of the verified roster (the claimant counted), as soon as that is shown.
   */
  leaderChanged(before: Roster): void {
    const m = this.#m;
    const was = this.#verified;
    const handedOver = m.chain?.tip.commit.operations.some((op) => {
      return op.type === 'request' && parseHostRequest(parseEnvelope(op.message).body).action === 'hand-over';
    });
    this.changed('leader-changed', was && handedOver === true);
    if (was && !handedOver) {
      this.#waiting = before;
      m.ctx.emit('verified', { verified: false });
    }
  }

  /** A signed Ack of the new leader came. */
  async ackCame(): Promise<void> {
    const m = this.#m;
    const record = m.chain?.takeover;
    if (!this.#waiting || !record) return;
    let count = 1;
    for (const [id, bytes] of record.acks) {
      const entry = this.#waiting.get(id);
      const envelope = parseEnvelope(bytes);
      if (entry && (await m.p.verify(entry.ik, 'leader signed ack', envelope.body, envelope.proof))) count++;
    }
    if (!this.#waiting || count * 2 <= this.#waiting.entries.length) return;
    this.#waiting = undefined;
    this.#verified = true;
    m.ctx.emit('verified', { verified: true });
  }

  unverify(): void {
    this.#waiting = undefined;
    if (this.#verified) this.#m.ctx.emit('verified', { verified: false });
    this.#verified = false;
    this.#code = undefined;
    this.#of = '';
  }

  /** @throws SecureMeetingError `key-code-changed` */
  confirm(code: SecurityCode): void {
    this.#check(code);
    if (this.#rejected) throw new SecureMeetingError('key-code-changed', { message: 'the code was rejected' });
    this.#waiting = undefined;
    this.#verified = true;
    this.#m.ctx.emit('verified', { verified: true });
  }

  /** Nothing is sent until leaving. @throws SecureMeetingError `key-code-changed` */
  reject(code: SecurityCode): void {
    this.#check(code);
    this.#rejected = true;
    this.#verified = false;
    this.#waiting = undefined;
    this.#m.keying.block('rejected');
    this.#m.alarm('code-mismatch');
    this.#m.ctx.emit('verified', { verified: false });
  }

  #check(code: SecurityCode): void {
    if (!this.#code || code.join(' ') !== this.#code.join(' ')) throw new SecureMeetingError('key-code-changed');
  }
}
