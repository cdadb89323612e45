import { expect } from 'chai';
import { guardCodecs, isProtected } from '../../../src/livekit/codecs.js';

/** Every codec of an offer or answer that carries media of its own, lower case. */
function codecsOf(sdp: string | undefined): string[] {
  const helpers = ['rtx', 'ulpfec', 'flexfec-03', 'telephone-event'];
  const names = [...(sdp ?? '').matchAll(/^a=rtpmap:\d+ ([^/]+)\//gm)].map(([, name]) =>
    (name as string).toLowerCase(),
  );
  return [...new Set(names)].filter((name) => !helpers.includes(name));
}

describe('the codecs of a guarded connection', () => {
  let peer: RTCPeerConnection;
  beforeEach(() => guardCodecs((peer = new RTCPeerConnection())));
  afterEach(() => peer.close());

  it('are those we protect, in every offer, also after somebody asked for all there are', async () => {
    const transceiver = peer.addTransceiver('video');
    peer.addTransceiver('audio');
    const offered = async (): Promise<string[]> => codecsOf((await peer.createOffer()).sdp);
    const first = await offered();
    expect(first).to.include('vp8').and.to.include('opus');
    expect(first.filter((name) => !isProtected(name))).to.deep.equal([]);
    for (const wish of [RTCRtpReceiver.getCapabilities('video')?.codecs ?? [], []]) {
      transceiver.setCodecPreferences(wish);
      expect(await offered()).to.deep.equal(first);
    }
    peer.addTransceiver('video');
    expect(await offered(), 'a stream more').to.deep.equal(first);
  });

  it('are those we protect in an answer to somebody who offers all', async () => {
    const other = new RTCPeerConnection();
    other.addTransceiver('video');
    await peer.setRemoteDescription(await other.createOffer());
    const { sdp } = await peer.createAnswer();
    expect(codecsOf(sdp)).to.include('vp8');
    expect(codecsOf(sdp).filter((name) => !isProtected(name))).to.deep.equal([]);
    other.close();
  });

  it('are said to the browser once, as each time waits for its network', async () => {
    const { prototype } = RTCRtpTransceiver;
    const { setCodecPreferences } = prototype;
    let said = 0;
    prototype.setCodecPreferences = function (...codecs) {
      said++;
      setCodecPreferences.apply(this, codecs);
    };
    try {
      for (const kind of ['video', 'audio'] as const) peer.addTransceiver(kind);
      for (let offers = 0; offers < 3; offers++) await peer.createOffer();
      expect(said).to.equal(2);
    } finally {
      prototype.setCodecPreferences = setCodecPreferences;
    }
  });
});
