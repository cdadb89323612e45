import { fromHex, toHex } from '../../base/index.js';
import type { SimNode } from './sim-node.js';
import type { Installed } from './sim-sink.js';

/** Who first had a key, under which list, and in which worker it was used. */
interface KeyRecord {
  readonly key: Installed;
  readonly roster: string;
  worker: string | undefined;
}

/** Every key of a simulated meeting: what may be true of it is checked whenever one is installed or used. */
export class KeyLedger {
  readonly #records = new Map<string, KeyRecord>();
  readonly #violate: (rule: string, what: string) => void;

  constructor(violate: (rule: string, what: string) => void) {
    this.#violate = violate;
  }

  /** Same key: same sender, epoch and list of members, and its holder is on that list. */
  check(node: SimNode): void {
    const agreement = node.provider.capabilities.membershipAgreement;
    for (const key of node.fresh.splice(0)) {
      if (key.epoch < node.newestEpoch && agreement)
        this.#violate('no old epoch', `${node.identity} installs ${key.epoch}`);
      node.newestEpoch = Math.max(node.newestEpoch, key.epoch);
      const list = node.rosters.get(key.epoch);
      const self = node.sink.self;
      if (agreement && (!list || !self || !list.has(self.binding)))
        this.#violate('nobody outside', `${node.identity} holds a key of ${key.epoch} and is not on its list`);
      if (agreement && list && !list.has(fromHex(key.binding)))
        this.#violate('nobody outside', `${node.identity} installs a key of ${key.identity}, who is not on the list`);
      for (const secret of [key.media, key.message]) {
        const record = this.#records.get(secret);
        if (!record) {
          this.#records.set(secret, { key, roster: list?.print ?? '', worker: undefined });
        } else if (record.key.binding !== key.binding || record.key.epoch !== key.epoch) {
          this.#violate(
            'one key, one sender',
            `${key.identity} in ${key.epoch} and ${record.key.identity} in ${record.key.epoch}`,
          );
        } else if (agreement && record.roster !== (list?.print ?? '')) {
          this.#violate('same key, same list', `${node.identity} in epoch ${key.epoch}`);
        }
      }
    }
  }

  /** Our own key is used from now on. */
  activated(node: SimNode, epoch: number, own: Installed): void {
    const record = this.#records.get(own.media);
    const worker = `${node.identity} ${node.sink.worker} ${node.sink.self && toHex(node.sink.self.binding)}`;
    if (record?.worker !== undefined && record.worker !== worker)
      this.#violate('no counter twice', `${node.identity} sends again under a key of another worker in ${epoch}`);
    if (record) record.worker = worker;
  }
}
