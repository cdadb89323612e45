import type { KeySink, Sender, SenderKeys } from '../keys/index.js';

export interface KeyDoorHost {
  /** A key of `sender` is in place for `epoch`. */
  keyed(sender: Sender, epoch: number): void;
  /** We send under `epoch` from now on. */
  sending(epoch: number): void;
  stopped(): void;
}

/**
 * The sink a provider is given: the real one, and beside it the session's knowledge of what is in force. Nothing is
 * told before the worker and the message channel have it.
 */
export function keyDoor(sink: KeySink, self: () => Sender | undefined, host: KeyDoorHost): KeySink {
  const isSelf = (sender: Sender): boolean => sender.identity === self()?.identity;
  return {
    async install(epoch: number, sender: Sender, keys: SenderKeys) {
      await sink.install(epoch, sender, keys);
      if (!isSelf(sender)) host.keyed(sender, epoch);
    },
    async activate(epoch) {
      await sink.activate(epoch);
      host.sending(epoch);
    },
    retire: (epoch, sender) => sink.retire(epoch, sender),
    retireSender: (sender) => sink.retireSender(sender),
    async pause() {
      host.stopped();
      await sink.pause();
    },
    async rejoin(next) {
      host.stopped();
      await sink.rejoin(next);
    },
  };
}
