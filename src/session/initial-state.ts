import { readChoices } from './devices/choices.js';
import { selfParticipant } from './people.js';
import type { Capabilities, SessionOptions, SessionState } from './types.js';

/** The state of a session that has done nothing yet. */
export function initialState(options: SessionOptions, capabilities: Capabilities): SessionState {
  const choices = readChoices();
  const device = (selected = ''): SessionState['devices']['audioinput'] => ({
    list: [],
    selected,
    permission: 'unknown',
    error: null,
  });
  const clear = options.encryption === 'off';
  return {
    phase: 'idle',
    connection: 'idle',
    encryption: {
      state: 'idle',
      previous: 'idle',
      epoch: null,
      provider: providerName(options),
      verified: false,
      participants: [],
    },
    self: selfParticipant({
      identity: '',
      name: options.displayName ?? '',
      role: 'none',
      joinedAt: 0,
      ik: undefined,
      hand: 0,
      speaking: false,
      quality: 'unknown',
      encryption: clear ? 'off' : 'waiting',
      on: () => false,
    }),
    others: [],
    speakers: [],
    devices: {
      audioinput: device(choices.audioinput),
      videoinput: device(choices.videoinput),
      audiooutput: device(choices.audiooutput),
    },
    chat: [],
    room: {
      name: options.room,
      locked: false,
      waitingRoom: false,
      knocking: [],
      shareByHosts: false,
      chatByHosts: false,
    },
    quality: options.quality ?? 'auto',
    audioBlocked: false,
    capabilities,
  };
}

/** The word by which the provider is known before it is made. */
function providerName({ encryption, keyProvider }: SessionOptions): string {
  if (encryption === 'off') return 'off';
  if (typeof keyProvider === 'string') return keyProvider;
  return typeof keyProvider === 'object' ? keyProvider.name : '';
}
