/** Takes the frame's word for which stream of its sender it belongs to. */
import { FrameOpener as Honest, type OpenVerdict } from '../../../src/media/frame-opener.js';
import { STREAMS } from '../../../src/media/media-client.js';

export type { OpenVerdict };

export class FrameOpener extends Honest {
  override async open(...[binding, codec, data]: Parameters<Honest['open']>): Promise<OpenVerdict> {
    const verdict = await super.open(binding, codec, data);
    if ('data' in verdict || verdict.reason !== 'stream' || verdict.kid === undefined) return verdict;
    return super.open({ ...binding, stream: STREAMS[verdict.kid % STREAMS.length]! }, codec, data);
  }
}
