import { expect } from 'chai';
import { Session } from '../../../../src/session/index.js';
import type { LeftDetail } from '../../../../src/session/types.js';
import { FakeClock, settle, settled } from '../fake-clock.js';
import { FakePorts } from '../fake-meeting.js';
import { API, FakeSite } from './fake-site.js';

describe('a meeting that the site gives an end', () => {
  let site: FakeSite;
  let clock: FakeClock;
  let session: Session;
  const left: LeftDetail[] = [];
  const join = async (): Promise<void> => {
    const options = { room: 'weekly', api: API, startMuted: true, startCameraOff: true, clock };
    session = new Session(options, new FakePorts());
    session.on('left', (detail) => left.push(detail));
    await session.join();
    for (let i = 0; i < 12; i++) await settle();
  };
  beforeEach(async () => {
    left.length = 0;
    site = await FakeSite.start();
    site.identity = 'me';
    clock = new FakeClock();
  });
  afterEach(async () => {
    const done = session.dispose();
    await clock.pass(3000, 500);
    await done;
    site.stop();
  });

  it('tells when by this machine’s clock, and how many may come; at its end everybody leaves as ended', async () => {
    // The site's clock, not this machine's, says how long that is.
    site.bounds = { ends: site.time + 600, limit: 25 };
    await join();
    const { endsAt = 0, limit } = session.state.room;
    expect(limit).to.equal(25);
    expect(endsAt - clock.wall()).to.be.within(595_000, 600_000);
    await clock.pass(590_000, 10_000);
    expect(session.state.phase).to.equal('joined');
    // What a goodbye takes is not this clock's, and a fact is told a task after the state that it is about.
    await settled(
      () => left.length > 0,
      () => clock.pass(500, 500),
    );
    expect(session.state.phase).to.equal('left');
    expect(left.map(({ reason }) => reason)).to.deep.equal(['ended']);
  });

  it('without an end and a limit says so, and goes on', async () => {
    await join();
    expect(session.state.room).not.to.have.any.keys('endsAt', 'limit');
    await clock.pass(3_600_000, 60_000);
    expect(session.state.phase).to.equal('joined');
  });
});
