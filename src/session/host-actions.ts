import type { HostAction, Sender } from '../keys/index.js';
import type { ModerationAction } from './types.js';

/** The part of a host's wish that keys enforce; undefined for what only a backend could do, or without its target. */
export function hostAction(action: ModerationAction, target: Sender | undefined): HostAction | undefined {
  switch (action.type) {
    case 'lock':
    case 'unlock':
    case 'waiting-room-on':
    case 'waiting-room-off':
    case 'share-hosts':
    case 'share-all':
    case 'chat-hosts':
    case 'chat-all':
    case 'end':
      return { type: action.type };
    case 'admit':
    case 'deny':
    case 'remove':
    case 'make-host':
    case 'make-member':
    case 'hand-over':
      return target && { type: action.type, target };
    default:
      return undefined;
  }
}
