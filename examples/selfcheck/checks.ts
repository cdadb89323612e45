/** What this browser can do for a meeting: each a name, a word for the report, and a sentence for people where it fails. */
import leader from '../../test/vectors/leader.json';
import protocol from '../../test/vectors/secure-meeting/protocol.json';
import { makeVectors } from '../../test/support/protocol-vectors.js';
import { leaderVectors } from '../../test/unit/keys-leader/vectors.js';
import { createIdentityKey } from '../../src/crypto/index.js';
import { supportsEncodedTransforms, usesEncodedStreams } from '../../src/media/index.js';
import { pictureArrives, workerAnswers } from './frame.js';
import { keepsKey, keepsText } from './storage.js';

export interface Check {
  readonly name: string;
  /** Without it there is no meeting. */
  readonly needed: boolean;
  /** The word in the report and in the table of docs/browsers.md; false and a failure are "no". */
  readonly look: () => boolean | string | Promise<boolean | string>;
  /** What it is good for, where the name does not say it, and what it means when it is not there. */
  readonly means?: string;
  readonly without: string;
}

export interface Finding {
  readonly name: string;
  readonly needed: boolean;
  readonly value: string;
  readonly good: boolean;
  readonly says: string;
}

const CAN_NOT = 'Without it nothing can be encrypted, so no meeting begins. An update of the browser may bring it.';

/** Whether this browser both sends and receives it. */
function codec(kind: 'video' | 'audio', mimeType: string): boolean {
  return [RTCRtpSender, RTCRtpReceiver].every((end) =>
    end.getCapabilities(kind)?.codecs.some((each) => each.mimeType.toLowerCase() === mimeType),
  );
}

/** Whose Ed25519 signs: the browser's, whose keys no script can read, or the one that comes with our code. */
async function signs(): Promise<string> {
  const key = await createIdentityKey();
  const { keyPair } = key;
  await key.sign(new Uint8Array(1));
  key.drop();
  return keyPair ? 'the browser' : 'our code';
}

const same = (made: unknown, published: unknown): boolean => JSON.stringify(made) === JSON.stringify(published);

export const CHECKS: readonly Check[] = [
  {
    name: 'Secure page',
    needed: true,
    look: () => isSecureContext,
    means: 'The address is one to which browsers give camera, microphone and keys.',
    without: 'Camera, microphone and keys need an address that begins with https://.',
  },
  {
    name: 'Encoded transforms',
    needed: true,
    look: () =>
      supportsEncodedTransforms() && (usesEncodedStreams() ? 'createEncodedStreams' : 'RTCRtpScriptTransform'),
    means: 'Sound and picture can be sealed before they leave this browser.',
    without: CAN_NOT,
  },
  {
    name: 'Media worker',
    needed: true,
    look: workerAnswers,
    means: 'The part that seals and opens them starts.',
    without: 'What encrypts could not be started. A blocker or a rule of the website may keep it away.',
  },
  {
    name: 'Cryptography as published',
    needed: true,
    // Keys, names, signatures and codes, computed here and compared with those that are written down.
    look: async () => same(await makeVectors(), protocol) && same(await leaderVectors(), leader),
    means: 'Keys, signatures and codes come out here as they do everywhere.',
    without: 'This browser computes something else than others do. Please report that.',
  },
  {
    name: 'Picture sealed and opened',
    needed: true,
    look: () => pictureArrives(true),
    means: 'A sealed picture went from one end of this page to the other.',
    without:
      'No sealed picture came from one end of this page to the other. A blocker may keep connections (WebRTC) away.',
  },
  {
    name: 'Refused with another key',
    needed: true,
    look: async () => !(await pictureArrives(false)),
    means: 'Nobody opens it without the right key.',
    without: 'What should have stayed closed was opened. Please report that.',
  },
  {
    name: 'VP8',
    needed: true,
    look: () => codec('video', 'video/vp8'),
    means: 'How pictures are packed; everybody has this way.',
    without: 'The picture that everybody can show is missing.',
  },
  {
    name: 'Opus',
    needed: true,
    look: () => codec('audio', 'audio/opus'),
    means: 'How sound is packed.',
    without: 'There would be no sound.',
  },
  {
    name: 'VP9',
    needed: false,
    look: () => codec('video', 'video/vp9'),
    without: 'Pictures of others in VP9 are not shown.',
  },
  {
    name: 'H.264',
    needed: false,
    look: () => codec('video', 'video/h264'),
    without: 'Pictures of others in H.264 are not shown.',
  },
  { name: 'Signs with', needed: false, look: signs, without: 'Nothing could be signed.' },
  {
    name: 'Keeps a key that no script reads',
    needed: false,
    look: keepsKey,
    without: 'After a reload you join as somebody new. Private windows often block this.',
  },
  {
    name: 'Keeps choices',
    needed: false,
    look: keepsText,
    without: 'Name and devices are asked for each time. Private windows often block this.',
  },
  {
    name: 'Shares a screen',
    needed: false,
    look: () => typeof (navigator.mediaDevices as MediaDevices | undefined)?.getDisplayMedia === 'function',
    without: 'You can see shared screens and share none. Phones can’t.',
  },
  {
    name: 'Chooses a speaker',
    needed: false,
    look: () => 'setSinkId' in HTMLMediaElement.prototype,
    without: 'Sound goes where the system sends it.',
  },
  {
    name: 'Small window on top',
    needed: false,
    look: () => 'documentPictureInPicture' in window,
    without: 'The meeting stays in its page.',
  },
  {
    name: 'Looks as designed',
    needed: false,
    look: () =>
      CSS.supports('color', 'light-dark(red, blue)') &&
      CSS.supports('container-type', 'inline-size') &&
      CSS.supports('selector(:state(x))') &&
      'showPopover' in HTMLElement.prototype,
    without: 'Colours and menus may look wrong in this old version.',
  },
];

export async function find({ name, needed, look, means = '', without }: Check): Promise<Finding> {
  const found = await Promise.resolve()
    .then(look)
    .catch(() => false);
  const good = found !== false;
  return {
    name,
    needed,
    good,
    value: typeof found === 'string' ? found : found ? 'yes' : 'no',
    says: good ? means : without,
  };
}
